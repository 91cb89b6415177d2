// By slug, which the title settles: on a first walk through the tabs there is nothing to fill in.
export const history = {
  query: `# Lists every save of the post, the newest first: who
# made it, why, and what it changed. Readers get an
# empty list.
#
# Press Ctrl+Enter. If the post is null, CreatePost gave
# another slug: put that into "Variables" below.

query History($slug: String!) {
  post(by: { slug: $slug }) {
    id
    title
    version
    revisions(first: 10) {
      nodes {
        number
        createdAt
        editor {
          name
        }
        note
        title
        # From the one before. The first has none.
        diff {
          changedFields
          content
        }
      }
    }
  }
}
`,
  variables: `{
  "slug": "a-letter-from-the-explorer"
}
`,
};
