export const publishPost = {
  query: `# Shows readers the newest version.
#
# Put the post's id into "Variables" below, and press
# Ctrl+Enter. Then run LatestPosts again: your post is
# the first, for anybody, without logging in.

mutation PublishPost($id: ID!) {
  publishPost(input: { id: $id }) {
    post {
      slug
      title
      version
      status
      publishedAt
    }
    userErrors {
      message
      path
    }
  }
}
`,
  variables: `{
  "id": "the id that CreatePost gave"
}
`,
};
