/** What a first-time visitor finds in the editor. */
export const EXAMPLE_QUERY = `# Welcome to Imprenta, the API behind this site.
#
# Run this query: the play button, or Ctrl+Enter
# (Cmd+Enter on a Mac). As you type, the fields that
# fit are offered. The book icon at the top left
# opens the documentation of every type and field.

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
`;

/** The headers editor takes JSON with comments, so it can explain itself. */
export const EXAMPLE_HEADERS = `{
  // Published content needs no token. To log in, run the
  // mutation logIn with cookies: true. Or put an access
  // token or an API key after "Bearer "; while there is
  // none, this header is not sent. Reloading forgets it.
  "Authorization": "Bearer "
}
`;
