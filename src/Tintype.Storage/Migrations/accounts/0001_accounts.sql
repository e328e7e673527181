CREATE TABLE $accounts (
  id bigint NOT NULL PRIMARY KEY,
  username text NOT NULL,
  email text NOT NULL,
  password_hash text NOT NULL,
  display_name text NOT NULL,
  bio text NOT NULL,
  website text NOT NULL,
  avatar_id bigint,
  avatar_secret text,
  is_private bigint NOT NULL,
  is_discoverable bigint NOT NULL,
  birth_year bigint,
  language text NOT NULL,
  fields text NOT NULL,
  role bigint NOT NULL,
  state bigint NOT NULL,
  created_at bigint NOT NULL,
  deleted_at bigint
);
-- A username or e-mail belongs to whoever holds its claim; on the shard of its hash. A claim without an account lapses.
CREATE TABLE $claims (
  kind text NOT NULL,
  name text NOT NULL,
  account_id bigint NOT NULL,
  confirmed bigint NOT NULL,
  claimed_at bigint NOT NULL,
  PRIMARY KEY (kind, name)
);
CREATE TABLE $tokens (
  id bigint NOT NULL PRIMARY KEY,
  kind bigint NOT NULL,
  secret_hash bytea NOT NULL,
  account_id bigint,
  app_id bigint,
  scopes text NOT NULL,
  created_at bigint NOT NULL,
  last_used_at bigint NOT NULL,
  expires_at bigint,
  user_agent text NOT NULL,
  address text NOT NULL,
  redirect_uri text,
  challenge text
);
CREATE INDEX tokens_by_account ON $tokens (account_id);
CREATE TABLE $client_apps (
  id bigint NOT NULL PRIMARY KEY,
  name text NOT NULL,
  website text,
  redirect_uris text NOT NULL,
  scopes text NOT NULL,
  client_id text NOT NULL,
  secret_hash bytea NOT NULL,
  created_at bigint NOT NULL
);
-- Keys that every process shares (cookie protection, media signatures); on shard 0.
CREATE TABLE $shared_keys (
  name text NOT NULL PRIMARY KEY,
  value text NOT NULL,
  created_at bigint NOT NULL
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
