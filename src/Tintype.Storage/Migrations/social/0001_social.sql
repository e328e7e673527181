-- Whom a person follows: the truth, beside the follower. State 0 is a tombstone.
CREATE TABLE $follows (
  follower_id bigint NOT NULL,
  followee_id bigint NOT NULL,
  state bigint NOT NULL,
  version bigint NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (follower_id, followee_id)
);
-- Who follows a person: the copy, beside the followee, ordered by version.
CREATE TABLE $followers (
  followee_id bigint NOT NULL,
  follower_id bigint NOT NULL,
  state bigint NOT NULL,
  version bigint NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (followee_id, follower_id)
);
CREATE TABLE $blocks (
  account_id bigint NOT NULL,
  target_id bigint NOT NULL,
  active bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (account_id, target_id)
);
CREATE TABLE $blocked_by (
  target_id bigint NOT NULL,
  account_id bigint NOT NULL,
  active bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (target_id, account_id)
);
CREATE TABLE $mutes (
  account_id bigint NOT NULL,
  target_id bigint NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_id, target_id)
);
CREATE TABLE $social_counts (
  account_id bigint NOT NULL PRIMARY KEY,
  followers bigint NOT NULL,
  following bigint NOT NULL,
  requests bigint NOT NULL
);
CREATE TABLE $notifications (
  id bigint NOT NULL PRIMARY KEY,
  account_id bigint NOT NULL,
  kind bigint NOT NULL,
  from_id bigint NOT NULL,
  post_id bigint NOT NULL,
  created_at bigint NOT NULL
);
CREATE INDEX notifications_by_account ON $notifications (account_id, id);
CREATE UNIQUE INDEX notifications_once ON $notifications (account_id, kind, from_id, post_id);
-- How far a person has read; name is home or notifications.
CREATE TABLE $markers (
  account_id bigint NOT NULL,
  name text NOT NULL,
  last_read_id bigint NOT NULL,
  version bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (account_id, name)
);
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
