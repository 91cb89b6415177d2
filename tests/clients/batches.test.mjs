// A session of Apollo Client that puts the operations of a page into one request.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApolloClient, InMemoryCache, gql } from '@apollo/client';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { startServer } from '../browser/server.mjs';
import { watchedFetch } from './blog.mjs';

const server = await startServer({ GRAPHQL_MAX_BATCH: '10' });
after(() => server.stop());

function client() {
  const watched = watchedFetch();
  const link = new BatchHttpLink({ uri: `${server.origin}/graphql`, fetch: watched.fetch });
  return Object.assign(new ApolloClient({ cache: new InMemoryCache(), link }), { sent: watched.sent });
}

const POSTS = gql`query Posts { posts(first: 2) { nodes { title } } }`;
const TAGS = gql`query Tags { tags(first: 2) { nodes { name } } }`;
const WRONG = gql`query Wrong { posts(first: -1) { totalCount } }`;

test('sends several queries in one request, and each gets its answer', async () => {
  const apollo = client();
  const [posts, tags] = await Promise.all([POSTS, TAGS].map((query) => apollo.query({ query })));
  assert.equal(apollo.sent.length, 1);
  assert.equal(posts.data.posts.nodes.length, 2);
  assert.equal(tags.data.tags.nodes.length, 2);
});

test('fails those alone that fail', async () => {
  const apollo = client();
  const [posts, wrong] = await Promise.allSettled([POSTS, WRONG].map((query) => apollo.query({ query })));
  assert.equal(apollo.sent.length, 1);
  assert.equal(posts.value.data.posts.nodes.length, 2);
  assert.equal(wrong.reason.errors[0].extensions.code, 'BAD_USER_INPUT');
});
