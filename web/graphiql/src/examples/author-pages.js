/** Authors with their posts, in a fixed number of statements. */
export const authorPages = {
  query: `# Authors, each with their newest posts. However many
# there are, the server reads them in the same few
# statements. Ask with "cost": true in extensions, and
# the answer says what an operation costs. Press
# Ctrl+Enter.

query AuthorPages($authors: Int!, $posts: Int!) {
  authors(first: $authors) {
    nodes {
      id
      name
      bio
      postCount
      posts(first: $posts) {
        nodes {
          title
          tags {
            name
          }
        }
      }
    }
  }
}
`,
  variables: `{
  "authors": 5,
  "posts": 3
}
`,
};
