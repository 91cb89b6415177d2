export const restoreRevision = {
  query: `# Has version 1 back, as a new version: none is lost.
#
# Put the post's id into "Variables" below, and press
# Ctrl+Enter. Readers still see what was published,
# which is the first title here; the restored text waits
# in draft. To show them that, run PublishPost again.

mutation RestoreRevision($id: ID!, $number: Int!) {
  restoreRevision(
    input: { id: $id, number: $number, note: "As it was at first" }
  ) {
    post {
      title
      content
      version
      draft {
        number
        title
        content
      }
    }
    userErrors {
      message
      path
    }
  }
}
`,
  variables: `{
  "id": "the id that CreatePost gave",
  "number": 1
}
`,
};
