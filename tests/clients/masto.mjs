// What an app built on masto.js does, against the instance at BASE, as the two people whose app tokens are ALICE and BOB.
// Prints "ok N - what" for each step and exits 1 at the first that fails. PHOTO is a JPEG file.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRestAPIClient, createOAuthAPIClient } from 'masto';

const { BASE: url, ALICE, BOB, PHOTO, CODE, CLIENT_ID, CLIENT_SECRET, VERIFIER } = process.env;
let steps = 0;
const ok = (what) => console.log(`ok ${++steps} - ${what}`);
const client = (accessToken) => createRestAPIClient({ url, accessToken });
const alice = client(ALICE), bob = client(BOB), stranger = client();

const instance = await stranger.v2.instance.fetch();
assert.ok(instance.configuration.mediaAttachments.supportedMimeTypes.includes('image/heic'));
assert.equal(typeof (await stranger.v1.instance.fetch()).configuration.statuses.maxCharacters, 'number');
ok('instance, both versions');

const redirectUri = 'urn:ietf:wg:oauth:2.0:oob';
const oauth = createOAuthAPIClient({ url });
const token = await oauth.token.create({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, redirectUri, grantType: 'authorization_code', code: CODE, codeVerifier: VERIFIER, scope: 'read write follow' });
assert.equal(token.tokenType, 'Bearer');
const me = await client(token.accessToken).v1.accounts.verifyCredentials();
const author = await alice.v1.accounts.verifyCredentials(), reader = await bob.v1.accounts.verifyCredentials();
assert.equal(me.id, author.id);
ok('an authorization code becomes a token');

await alice.v1.accounts.updateCredentials({ displayName: 'Alice A.', note: 'takes photos', fieldsAttributes: [{ name: 'Camera', value: 'X100' }] });
const edited = await alice.v1.accounts.verifyCredentials();
assert.equal(edited.displayName, 'Alice A.');
assert.equal(edited.fields[0].name, 'Camera');
ok('a profile is edited');

for (const read of [alice.v1.preferences.fetch(), alice.v1.customEmojis.list(), alice.v1.followedTags.list(), alice.v2.filters.list(), alice.v1.lists.list(), alice.v1.announcements.list()]) await read;
ok('what apps read when they start');

const file = new File([await readFile(PHOTO)], 'photo.jpg', { type: 'image/jpeg' });
const first = await alice.v2.media.create({ file, description: 'a gradient', focus: '0.1,-0.2' });
assert.ok(first.url && first.previewUrl && first.blurhash);
assert.equal(first.description, 'a gradient');
const second = await alice.v1.media.create({ file });
await alice.v1.media.$select(second.id).update({ description: 'second' });
assert.equal((await alice.v1.media.$select(second.id).fetch()).description, 'second');
assert.equal((await fetch(first.url)).headers.get('content-type'), 'image/jpeg');
ok('photos are uploaded, described and served');

const tag = 'masto' + crypto.randomBytes(4).toString('hex');
const once = { requestInit: { headers: { 'Idempotency-Key': crypto.randomUUID() } } };
const draft = { status: `From masto #${tag}`, mediaIds: [second.id, first.id], visibility: 'public', language: 'en' };
const status = await alice.v1.statuses.create(draft, once);
assert.equal((await alice.v1.statuses.create(draft, once)).id, status.id);
assert.deepEqual(status.mediaAttachments.map((photo) => photo.id), [second.id, first.id]);
ok('a post keeps the order of its photos and is made once');

assert.ok((await bob.v2.search.list({ q: author.username, type: 'accounts', resolve: true })).accounts.some((account) => account.id === author.id));
assert.equal((await bob.v1.accounts.lookup({ acct: author.username })).id, author.id);
ok('a person is found');

assert.equal((await bob.v1.accounts.$select(author.id).follow()).following, true);
assert.equal((await bob.v1.accounts.relationships.fetch({ id: [author.id, reader.id] })).length, 2);
ok('a person is followed');

assert.ok((await bob.v1.timelines.home.list({ limit: 20 })).some((post) => post.id === status.id));
const newer = await alice.v1.statuses.create({ status: `Another #${tag}`, mediaIds: [(await alice.v2.media.create({ file })).id] });
let page;
for (let tries = 0; tries < 100 && page?.[0].id !== newer.id; tries++) {
  page = (await bob.v1.timelines.home.list({ limit: 1 }).values().next()).value;
  await new Promise((wake) => setTimeout(wake, 50));
}
const pages = bob.v1.timelines.home.list({ limit: 1 }).values();
assert.deepEqual([(await pages.next()).value[0].id, (await pages.next()).value[0].id], [newer.id, status.id]);
assert.ok((await bob.v1.timelines.home.list({ sinceId: status.id })).every((post) => post.id !== status.id));
ok('the home timeline has it, page by page');

let liked = await bob.v1.statuses.$select(status.id).favourite();
liked = await bob.v1.statuses.$select(status.id).favourite();
assert.deepEqual([liked.favourited, liked.favouritesCount], [true, 1]);
assert.ok((await bob.v1.statuses.$select(status.id).favouritedBy.list()).some((account) => account.id === reader.id));
ok('a like counts once');

const comment = await bob.v1.statuses.create({ status: `@${author.username} lovely`, inReplyToId: status.id });
assert.equal(comment.inReplyToAccountId, author.id);
assert.ok((await alice.v1.statuses.$select(status.id).context.fetch()).descendants.some((reply) => reply.id === comment.id));
ok('a comment stands under its post');

const wanted = ['follow', 'favourite', 'mention'];
let news = [];
for (let tries = 0; tries < 100 && !wanted.every((type) => news.some((item) => item.type === type)); tries++) {
  news = await alice.v1.notifications.list({ limit: 30 });
  await new Promise((wake) => setTimeout(wake, 50));
}
for (const type of wanted) assert.equal(news.find((item) => item.type === type)?.account.id, reader.id, type);
await alice.v1.markers.create({ notifications: { lastReadId: news[0].id } });
assert.equal((await alice.v1.markers.fetch({ timeline: ['notifications'] })).notifications.lastReadId, news[0].id);
ok('notifications and markers');

let listed = false;
for (let tries = 0; tries < 100 && !listed; tries++) {
  listed = (await stranger.v1.timelines.tag.$select(tag).list()).some((post) => post.id === status.id);
  await new Promise((wake) => setTimeout(wake, 50));
}
assert.ok(listed);
assert.ok((await stranger.v1.timelines.public.list({ local: true, onlyMedia: true })).some((post) => post.id === status.id));
assert.ok((await bob.v1.accounts.$select(author.id).statuses.list({ onlyMedia: true, excludeReplies: true })).some((post) => post.id === status.id));
ok('tag, public timeline and profile show it');

assert.equal((await bob.v1.statuses.$select(status.id).unfavourite()).favourited, false);
assert.equal((await bob.v1.accounts.$select(author.id).unfollow()).following, false);
await assert.rejects(() => stranger.v1.statuses.$select('1').fetch(), (error) => error.name === 'MastoHttpError' && error.statusCode === 404);
await assert.rejects(() => client('bad').v1.accounts.verifyCredentials(), (error) => error.statusCode === 401);
await alice.v1.statuses.$select(status.id).remove();
await assert.rejects(() => alice.v1.statuses.$select(status.id).fetch());
ok('taken back, deleted, and errors that clients understand');

await oauth.revoke({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, token: token.accessToken });
await assert.rejects(() => client(token.accessToken).v1.accounts.verifyCredentials(), (error) => error.statusCode === 401);
ok('a revoked token is no good');
