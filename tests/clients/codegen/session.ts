// What graphql-codegen types: the operations of a program that lists posts and writes one.
import { graphql, useFragment } from './made/index.js';
import type { ResultOf, VariablesOf } from '@graphql-typed-document-node/core';

export const Byline = graphql(`
  fragment Byline on Author {
    name
    slug
  }
`);

export const List = graphql(`
  query List($tag: String!, $first: Int, $after: String) {
    posts(first: $first, after: $after, filter: { tag: { slug: $tag } }, orderBy: { field: TITLE, direction: ASC }) {
      totalCount
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        id
        title
        publishedAt
        status
        author {
          ...Byline
        }
      }
    }
  }
`);

export const Create = graphql(`
  mutation Create($input: CreatePostInput!) {
    createPost(input: $input) {
      post {
        id
        version
      }
      userErrors {
        code
        message
        path
        ... on Conflict {
          currentVersion
        }
      }
    }
  }
`);

/** A line of the list. */
export function line(list: ResultOf<typeof List>): string[] {
  return list.posts.nodes.map((post) => {
    const author = useFragment(Byline, post.author);
    const day: string = post.publishedAt?.slice(0, 10) ?? 'not published';
    return `${post.title} (${author.name}, ${day}, ${post.status.toLowerCase()})`;
  });
}

export const next: VariablesOf<typeof List> = { tag: 'rust', first: 10, after: null };

// A @oneOf input, and fields that may be left out.
export const input: VariablesOf<typeof Create> = {
  input: { title: 'Typed', tags: [{ name: 'Rust' }], publish: false },
};
