ALTER TABLE post_tags
    DROP CONSTRAINT post_tags_pkey,
    ADD CONSTRAINT post_tags_pkey PRIMARY KEY (post_id, position);
ALTER TABLE post_authors
    DROP CONSTRAINT post_authors_pkey,
    ADD CONSTRAINT post_authors_pkey PRIMARY KEY (post_id, position);
