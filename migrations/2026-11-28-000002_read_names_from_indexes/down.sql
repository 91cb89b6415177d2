DROP INDEX tags_names;
DROP INDEX authors_names;
