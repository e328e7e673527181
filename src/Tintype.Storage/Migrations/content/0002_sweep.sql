-- What the sweep looks for: photos that no post took, posts that were deleted, and whether a prefix of the object store has a row.
CREATE INDEX media_unposted ON $media (created_at) WHERE post_id IS NULL;
CREATE INDEX posts_deleted ON $posts (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX media_by_prefix ON $media (account_id, rendition_prefix);
