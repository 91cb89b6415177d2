export const createPost = {
  query: `# Writes a post. It is a draft: readers do not see it.
#
# In "Variables" below, put the id of its author
# between the quotes: LatestPosts shows some. (If you
# have a profile, LogIn shows it; then you may take
# the line "authors" out.) Press Ctrl+Enter, and copy
# the new post's id: the next tabs ask for it.

mutation CreatePost(
  $authors: [ID!]
  $title: String!
  $content: String!
  # A tag that is not there yet is made.
  $tags: [TagRef!]
) {
  createPost(
    input: {
      authors: $authors
      title: $title
      content: $content
      tags: $tags
      note: "First draft"
    }
  ) {
    post {
      id
      slug
      # Each save has a number. This is the first.
      version
      status
    }
    # Why not, if post is null.
    userErrors {
      message
      path
    }
  }
}
`,
  variables: String.raw`{
  "authors": ["the id of an author, from LatestPosts"],
  "title": "A letter from the explorer",
  "content": "The first line.\n\nThe second line.\n",
  "tags": [{ "name": "Welcome" }, { "name": "Letters" }]
}
`,
};
