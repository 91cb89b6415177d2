/** What a first-time visitor finds in the editor. */
export const latestPosts = {
  query: `# Welcome to Imprenta, the API behind this site.
#
# Run this query: the play button, or Ctrl+Enter
# (Cmd+Enter on a Mac). As you type, the fields that
# fit are offered. The book icon at the top left
# opens the documentation of every type and field.
#
# The tabs above go on from here, from left to right:
# log in, write a post, meet a conflict, publish, and
# have an old version back. The last four are what a
# site asks for: a page, authors, a search, and news.

query LatestPosts {
  # The newest published posts. For the next page,
  # ask for pageInfo { endCursor } and give it on:
  # posts(first: 3, after: "…").
  posts(first: 3) {
    totalCount
    nodes {
      title
      publishedAt
      author {
        id # CreatePost, the third tab, asks for one.
        name
      }
      tags {
        name
      }
    }
  }

  # Is the server well?
  health {
    status
  }
}
`,
};
