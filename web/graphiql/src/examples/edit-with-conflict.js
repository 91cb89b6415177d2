export const editWithConflict = {
  query: `# Two people edit the same. This is the second one, who
# has read version 1 and knows nothing of EditPost.
#
# Put the post's id into "Variables" below, leave the 1
# in expectedVersion, and press Ctrl+Enter. The answer
# is a Conflict, and nothing is changed: see what the
# title was, what it is, and what you wanted. To have
# it your way, put currentVersion into expectedVersion
# and run it again. (Changes of different fields, or of
# different lines of the text, are merged instead.)

mutation EditWithConflict(
  $id: ID!
  $expectedVersion: Int!
  $title: String!
) {
  updatePost(
    input: {
      id: $id
      expectedVersion: $expectedVersion
      title: $title
      note: "Another title"
    }
  ) {
    post {
      title
      version
    }
    userErrors {
      __typename
      message
      path
      # One for each field that both have changed.
      ... on Conflict {
        base
        current
        yours
        currentVersion
      }
    }
  }
}
`,
  variables: `{
  "id": "the id that CreatePost gave",
  "expectedVersion": 1,
  "title": "A letter, rewritten"
}
`,
};
