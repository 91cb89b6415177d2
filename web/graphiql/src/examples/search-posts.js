/** Searching, with the places that were found. */
export const searchPosts = {
  query: `# Searches posts, the best first. "two words" stand
# together, -word is not there, begin* is any word with
# that beginning; accents and case make no difference.
#
# Press Ctrl+Enter. For the next page, put the endCursor
# into "Variables".

query SearchPosts($search: String!, $after: String) {
  posts(search: $search, first: 5, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      # HTML, in which what was found stands in <mark>.
      searchHighlight
      node {
        title
        path
      }
    }
  }
}
`,
  variables: `{
  "search": "first or post*",
  "after": null
}
`,
};
