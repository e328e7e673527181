-- The directory: what search, tags, explore and the public timeline read. Filled on shard 0 alone, by jobs, from the rows that are the
-- truth; all of it can be made anew. "words" are folded: lower case, no accents, nothing but letters and digits between blanks.
--@postgres
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
--@both
CREATE TABLE $directory_people (
  account_id bigint NOT NULL PRIMARY KEY,
  username text NOT NULL,
  words text NOT NULL,
  followers bigint NOT NULL
);
CREATE INDEX directory_people_by_followers ON $directory_people (followers, account_id);
-- Score: the logarithm of what people made of it, plus its age; it needs no ageing, because all age alike.
CREATE TABLE $directory_posts (
  post_id bigint NOT NULL PRIMARY KEY,
  account_id bigint NOT NULL,
  place_id bigint,
  words text NOT NULL,
  score double precision NOT NULL
);
CREATE INDEX directory_posts_by_author ON $directory_posts (account_id, post_id);
CREATE INDEX directory_posts_by_place ON $directory_posts (place_id, post_id) WHERE place_id IS NOT NULL;
CREATE INDEX directory_posts_by_score ON $directory_posts (score, post_id);
-- Heat: the logarithm of a sum in which a use of today weighs e times one of yesterday.
CREATE TABLE $directory_tags (
--@sqlite
  tag text NOT NULL PRIMARY KEY,
--@postgres
  tag text COLLATE "C" NOT NULL PRIMARY KEY,
--@both
  posts bigint NOT NULL,
  heat double precision NOT NULL
);
CREATE INDEX directory_tags_by_heat ON $directory_tags (heat);
CREATE TABLE $directory_tagged (
  tag text NOT NULL,
  post_id bigint NOT NULL,
  PRIMARY KEY (tag, post_id)
);
CREATE INDEX directory_tagged_by_post ON $directory_tagged (post_id);
CREATE TABLE $directory_places (
  id bigint NOT NULL PRIMARY KEY,
  place_key text NOT NULL,
  name_key text NOT NULL,
  name text NOT NULL,
  country text,
  words text NOT NULL,
  posts bigint NOT NULL
);
CREATE INDEX directory_places_by_key ON $directory_places (place_key);
CREATE INDEX directory_places_by_name ON $directory_places (name_key);
CREATE INDEX directory_places_by_posts ON $directory_places (posts);
--@sqlite
CREATE VIRTUAL TABLE $directory_people_words USING fts5(words, tokenize='trigram');
CREATE VIRTUAL TABLE $directory_place_words USING fts5(words, tokenize='trigram');
CREATE VIRTUAL TABLE $directory_post_words USING fts5(words, tokenize='unicode61', prefix='2 3');
--@postgres
CREATE INDEX directory_people_words ON $directory_people USING gin (words gin_trgm_ops);
CREATE INDEX directory_place_words ON $directory_places USING gin (words gin_trgm_ops);
CREATE INDEX directory_post_words ON $directory_posts USING gin (to_tsvector('simple', words));
--@both
