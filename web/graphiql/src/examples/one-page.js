/** What a site's frontend asks for to show a page. */
export const onePage = {
  query: `# All that a page of the site needs, by its path: the
# text as safe HTML, what search engines are told, and
# where the page has gone if it has moved. Press
# Ctrl+Enter; then try "/welcome" in "Variables".

query OnePage($path: String!) {
  route(path: $path) {
    ... on Post {
      title
      contentHtml
      publishedAt
      readingMinutes
      tableOfContents {
        level
        text
        anchor
      }
      metaDescription
      jsonLd
    }
    ... on Redirect {
      status
      location
    }
  }
}
`,
  variables: `{
  "path": "/2024/10/01/hello"
}
`,
};
