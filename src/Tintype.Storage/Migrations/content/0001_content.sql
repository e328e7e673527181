-- Photo posts, and comments (root_id set), which stand on the shard of the post they belong to.
CREATE TABLE $posts (
  id bigint NOT NULL PRIMARY KEY,
  account_id bigint NOT NULL,
  root_id bigint,
  in_reply_to_id bigint,
  in_reply_to_account_id bigint,
  caption text NOT NULL,
  place text,
  tagged text NOT NULL,
  mentions text NOT NULL,
  visibility bigint NOT NULL,
  sensitive bigint NOT NULL,
  spoiler_text text NOT NULL,
  language text,
  state bigint NOT NULL,
  likes bigint NOT NULL,
  comments bigint NOT NULL,
  created_at bigint NOT NULL,
  edited_at bigint,
  deleted_at bigint,
  app_id bigint
);
-- A person's grid and every feed pull: photo posts of an author, newest first; with the state, so that a pull reads nothing else.
CREATE INDEX posts_by_author ON $posts (account_id, id, state) WHERE root_id IS NULL;
CREATE INDEX comments_by_root ON $posts (root_id, id) WHERE root_id IS NOT NULL;
CREATE INDEX comments_by_parent ON $posts (in_reply_to_id, id) WHERE root_id IS NOT NULL;
CREATE INDEX comments_by_author ON $posts (account_id, id) WHERE root_id IS NOT NULL;
CREATE TABLE $media (
  id bigint NOT NULL PRIMARY KEY,
  account_id bigint NOT NULL,
  post_id bigint,
  position bigint NOT NULL,
  state bigint NOT NULL,
  failed_reason text,
  secret text NOT NULL,
  sha256 text NOT NULL,
  content_type text NOT NULL,
  bytes bigint NOT NULL,
  width bigint NOT NULL,
  height bigint NOT NULL,
  blur_hash text,
  description text,
  focus_x double precision NOT NULL,
  focus_y double precision NOT NULL,
  rendition_prefix text,
  taken_at bigint,
  latitude double precision,
  longitude double precision,
  created_at bigint NOT NULL
);
CREATE INDEX media_by_post ON $media (post_id, position) WHERE post_id IS NOT NULL;
CREATE INDEX media_by_bytes ON $media (account_id, sha256);
-- Live photo posts per author, kept in the transactions that change them.
CREATE TABLE $content_counts (
  account_id bigint NOT NULL PRIMARY KEY,
  posts bigint NOT NULL,
  last_post_at bigint
);
-- What a repeated request answers: the post it made the first time.
CREATE TABLE $idempotency_keys (
  account_id bigint NOT NULL,
  name text NOT NULL,
  post_id bigint NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_id, name)
);
-- Who likes a post, beside the post: the count and the list.
CREATE TABLE $likes (
  post_id bigint NOT NULL,
  account_id bigint NOT NULL,
  version bigint NOT NULL,
  liked bigint NOT NULL,
  PRIMARY KEY (post_id, account_id)
);
CREATE INDEX likes_by_time ON $likes (post_id, version) WHERE liked = 1;
-- What a person likes and keeps, beside the person: the truth, and the hearts on their page in one query.
CREATE TABLE $my_likes (
  account_id bigint NOT NULL,
  post_id bigint NOT NULL,
  version bigint NOT NULL,
  liked bigint NOT NULL,
  PRIMARY KEY (account_id, post_id)
);
CREATE INDEX my_likes_by_time ON $my_likes (account_id, version) WHERE liked = 1;
CREATE TABLE $bookmarks (
  account_id bigint NOT NULL,
  post_id bigint NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (account_id, post_id)
);
CREATE INDEX bookmarks_by_time ON $bookmarks (account_id, position);
CREATE TABLE $outbox (
  id bigint NOT NULL PRIMARY KEY,
  kind text NOT NULL,
  lane bigint NOT NULL,
  payload text NOT NULL,
  state bigint NOT NULL,
  attempts bigint NOT NULL,
  created_at bigint NOT NULL,
  run_at bigint NOT NULL,
  leased_until bigint NOT NULL,
  last_error text
);
CREATE INDEX outbox_due ON $outbox (lane, state, run_at);
