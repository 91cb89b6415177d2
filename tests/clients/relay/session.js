// What relay-compiler compiles: the fragments and operations of a site with a list and an editor.
import { graphql } from 'relay-runtime';

export const byline = graphql`
  fragment session_byline on Author {
    id
    name
    slug
  }
`;

export const summary = graphql`
  fragment session_summary on Post {
    title
    excerpt
    publishedAt
    author {
      ...session_byline
    }
    tags {
      name
    }
  }
`;

export const list = graphql`
  fragment session_list on Query
  @argumentDefinitions(
    tag: { type: "String!" }
    count: { type: "Int", defaultValue: 2 }
    cursor: { type: "String" }
  )
  @refetchable(queryName: "sessionListPaginationQuery") {
    posts(first: $count, after: $cursor, filter: { tag: { slug: $tag } }) @connection(key: "session_posts") {
      edges {
        node {
          id
          ...session_summary
        }
      }
    }
  }
`;

export const listQuery = graphql`
  query sessionListQuery($tag: String!, $count: Int, $cursor: String) {
    ...session_list @arguments(tag: $tag, count: $count, cursor: $cursor)
  }
`;

export const nodeQuery = graphql`
  query sessionNodeQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Post {
        ...session_summary @alias(as: "summary")
      }
    }
  }
`;

export const routeQuery = graphql`
  query sessionRouteQuery($path: String!) {
    route(path: $path) {
      __typename
      ... on Post {
        title
      }
      ... on Redirect {
        location
        status
      }
    }
  }
`;

export const createMutation = graphql`
  mutation sessionCreateMutation($input: CreatePostInput!, $connections: [ID!]!) {
    createPost(input: $input) {
      post @prependNode(connections: $connections, edgeTypeName: "PostEdge") {
        id
        title
        status
      }
      userErrors {
        __typename
        code
        message
        path
      }
    }
  }
`;
