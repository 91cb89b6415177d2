export const editPost = {
  query: `# Changes the post, and makes its second version.
#
# In "Variables" below, put the id that CreatePost gave
# between the quotes, and press Ctrl+Enter. The number
# in expectedVersion says which version you have read.

mutation EditPost(
  $id: ID!
  $expectedVersion: Int!
  $title: String
  $content: String
) {
  updatePost(
    input: {
      id: $id
      expectedVersion: $expectedVersion
      title: $title
      content: $content
      note: "A better beginning"
    }
  ) {
    post {
      title
      content
      version
      # Of a published post, this is what readers do not see yet.
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
  variables: String.raw`{
  "id": "the id that CreatePost gave",
  "expectedVersion": 1,
  "title": "A letter, edited",
  "content": "A better first line.\n\nThe second line.\n"
}
`,
};
