// Forms carried out in place. data-act names how the page changes; without an entry here the browser sends the form itself.
import { all, count, find, fragment, onWake, say, send, tell, wake } from './page.js';

const flip = (form, on, off) => {
  const button = find('button', form);
  const pressed = button.getAttribute('aria-pressed') !== 'true';
  for (const twin of all(`form[action="${form.getAttribute('action')}"]`)) {
    find('button', twin).setAttribute('aria-pressed', pressed);
    twin.setAttribute('action', twin.getAttribute('action').replace(/[^/]+$/, pressed ? off : on));
  }
  return pressed;
};

const showLikes = (form, change) => {
  const id = form.getAttribute('action').split('/')[2];
  for (const place of all(`[data-post="${id}"] .likes [data-likes], #c${id} > .said > .foot [data-likes]`)) {
    const likes = Math.max(0, change(+place.dataset.likes));
    place.dataset.likes = likes;
    place.textContent = count(likes, 'like', 'likes');
    place.hidden = likes === 0;
  }
};

// Shown at once, taken back with a word if the server did not agree.
async function toggle(form, on, off, changed) {
  const request = send(form);
  const pressed = flip(form, on, off);
  changed?.(pressed, n => n + (pressed ? 1 : -1));
  try {
    return await request;
  } catch (why) {
    flip(form, on, off);
    changed?.(!pressed, n => n + (pressed ? -1 : 1));
    tell(why.message);
  }
}

const labels = { requested: 'Withdraw', following: 'Unfollow', blocked: 'Unblock' };
function showFollow(id, state) {
  for (const form of all('form.follow')) {
    if (!form.getAttribute('action').endsWith('/' + id)) continue;
    const button = find('button', form);
    const none = state === 'none';
    form.setAttribute('action', (none ? '/follow/' : state === 'blocked' ? '/unblock/' : '/unfollow/') + id);
    find('span', button).textContent = none ? ('private' in button.dataset ? 'Ask to follow' : 'Follow') : labels[state];
    button.classList.toggle('primary', none && 'strong' in button.dataset);
  }
}

// The address of a comment shows the part of the thread that it stands in.
async function refreshComments(article, url) {
  const fresh = await fragment(url);
  for (const part of ['#comments', '.likes']) find(part, article)?.replaceWith(find(part, fresh));
  wake(article);
}

const acts = {
  like: form => toggle(form, 'like', 'unlike', (pressed, change) => { showLikes(form, change); say(pressed ? 'Liked' : 'Like taken back'); }),
  bookmark: form => toggle(form, 'bookmark', 'unbookmark', pressed => say(pressed ? 'Bookmarked' : 'Bookmark removed')),
  async follow(form) {
    const [, verb, id] = form.getAttribute('action').split('/');
    const button = find('button', form);
    const { state } = await send(form);
    showFollow(id, state ?? (verb !== 'follow' ? 'none' : 'private' in button.dataset ? 'requested' : 'following'));
    say({ none: 'No longer following', requested: 'Request sent', following: 'Following' }[state] ?? 'Done');
  },
  async answer(form) {
    await send(form);
    form.closest('li').remove();
    say('Done');
  },
  async read(form) {
    await send(form);
    all('.event.unread').forEach(item => item.classList.remove('unread'));
    find('[data-unread]')?.remove();
    form.remove();
    say('All read');
  },
  async comment(form) {
    const { url } = await send(form);
    form.reset();
    find('.replying', form)?.remove();
    form.elements.replyTo.value = '';
    const article = form.closest('[data-post]');
    await refreshComments(article, url);
    find(new URL(url, location.href).hash, article)?.scrollIntoView({ block: 'nearest' });
    for (const link of all(`.card[data-post="${article.dataset.post}"] .talk a`)) link.textContent = 'See the comments';
    say('Comment posted');
  },
  async delete(form) {
    const item = form.closest('.comment') ?? form.closest('.card');
    if (!item) return form.submit(); // On the photo's own page there is nothing left to stay for.
    await send(form);
    item.hidden = true;
    if (item.matches('.comment')) return tell('Comment deleted.');
    const restore = form.getAttribute('action').replace(/delete$/, 'restore');
    tell('Photo deleted.', () => {
      form.setAttribute('action', restore);
      send(form).then(() => { item.hidden = false; item.focus(); }, why => tell(why.message));
      form.setAttribute('action', restore.replace(/restore$/, 'delete'));
    });
  },
  async undo(form) {
    await send(form);
    location.reload();
  },
  async retry(form) {
    await send(form);
    const note = form.closest('.state');
    note.className = 'state';
    note.dataset.state = 'processing';
    note.innerHTML = '<p><span class="spinner"></span> Developing…</p>';
    watch(note);
  },
};

document.addEventListener('submit', async event => {
  const act = acts[event.target.dataset.act];
  if (!act || event.defaultPrevented) return;
  event.preventDefault();
  event.target.closest('details.menu')?.removeAttribute('open');
  const button = event.submitter;
  if (button) button.ariaDisabled = 'true';
  try {
    await act(event.target);
  } catch (why) {
    tell(why.message);
  } finally {
    if (button) button.ariaDisabled = null;
  }
});

// An own photo that is still being made ready: asked after until it is, then shown.
async function watch(note, wait = 800) {
  await new Promise(done => setTimeout(done, wait));
  if (!note.isConnected) return;
  const state = await fetch(`/media/${note.dataset.media}/state`).then(answer => answer.ok ? answer.json() : null, () => null);
  if (state?.state !== 'live' && state?.state !== 'failed') return watch(note, Math.min(wait * 1.5, 10_000));
  const mine = note.closest('.photos');
  const fresh = find(`#${note.closest('.frame').id}`, await fragment(location.href))?.closest('.photos');
  if (!fresh) return;
  mine.replaceWith(fresh);
  wake(fresh);
  say(state.state === 'live' ? 'Your photo is ready' : 'A photo could not be made ready');
}
onWake(root => all('.frame > [data-state=processing]', root).forEach(note => watch(note)));

document.addEventListener('click', async event => {
  const share = event.target.closest('[data-share]');
  if (share) {
    event.preventDefault();
    if (navigator.share) return navigator.share({ url: share.href }).catch(() => say('Not shared'));
    await navigator.clipboard.writeText(share.href);
    return tell('Link copied.');
  }
  const reply = event.target.closest('[data-reply]');
  const form = reply && find('form[data-act=comment]', reply.closest('[data-post]'));
  if (form) {
    event.preventDefault();
    form.elements.replyTo.value = reply.dataset.reply;
    form.elements.text.value = `@${reply.dataset.name} `;
    form.elements.text.focus();
  }
  // A menu closes when something else is pressed.
  for (const menu of all('details.menu[open]')) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener('keydown', event => {
  const box = event.target;
  if (box.id === 'comment' && event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    box.form.requestSubmit();
  }
  if (event.key === 'Escape') all('details.menu[open], details.alt[open]').forEach(menu => { menu.open = false; find('summary', menu).focus(); });
});
