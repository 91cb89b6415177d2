-- What belongs to a post is read from the index alone, in its order, without a look at the rows.
ALTER TABLE post_authors
    DROP CONSTRAINT post_authors_pkey,
    ADD CONSTRAINT post_authors_pkey PRIMARY KEY (post_id, position) INCLUDE (author_id);
ALTER TABLE post_tags
    DROP CONSTRAINT post_tags_pkey,
    ADD CONSTRAINT post_tags_pkey PRIMARY KEY (post_id, position) INCLUDE (tag_id);
