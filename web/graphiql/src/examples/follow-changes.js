/** A subscription, over WebSocket. */
export const followChanges = {
  query: `# Follows what happens to posts, authors and tags, for as
# long as it runs: Ctrl+Enter begins and stops it.
# Publish a post in another tab or window, and see it
# come.
#
# With the last cursor in "Variables" it goes on where
# it stopped.

subscription FollowChanges($since: String) {
  changes(since: $since) {
    cursor
    changes {
      kind
      id
      committedAt
      node {
        __typename
        ... on Post {
          title
          status
        }
        ... on Author {
          name
        }
        ... on Tag {
          name
        }
      }
    }
  }
}
`,
  variables: `{
  "since": null
}
`,
};
