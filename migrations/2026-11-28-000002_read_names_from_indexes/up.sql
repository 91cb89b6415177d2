-- What a list of posts shows of their authors and tags is read from an index alone, without a look at the rows: a page
-- of 20 posts has some eighty of them. Both tables are small and seldom change.
CREATE UNIQUE INDEX authors_names ON authors (id) INCLUDE (slug, name);
CREATE UNIQUE INDEX tags_names ON tags (id) INCLUDE (slug, name, version);
