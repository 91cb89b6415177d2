// A session of urql, with its normalised cache.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Client, fetchExchange, gql } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { ENDPOINT, RETITLE, bearer, done, logIn, newTitle, publishedPosts, watchedFetch } from './blog.mjs';

const token = await logIn();
const { tag, posts } = await publishedPosts(token, 5);
const sdl = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
const schema = introspectionFromSchema(buildSchema(sdl));

/** A client whose cache knows the schema: it complains about what does not fit. */
function client(options = {}) {
  const complaints = [];
  const cache = cacheExchange({
    schema,
    logger: (severity, message) => severity !== 'debug' && complaints.push(`${severity}: ${message}`),
    resolvers: { Query: { posts: relayPagination() } },
    // Parts of objects, which no cache can tell apart.
    keys: { FaqItem: () => null, Heading: () => null },
  });
  const watched = watchedFetch();
  const urql = new Client({ url: ENDPOINT, exchanges: [cache, fetchExchange], fetch: watched.fetch, preferGetMethod: false, ...options });
  return Object.assign(urql, { sent: watched.sent, complaints });
}

const PAGE = gql`
  query Page($tag: String!, $after: String) {
    posts(first: 2, after: $after, filter: { tag: { slug: $tag } }) {
      edges { cursor node { id title author { id name } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;

const titles = (data) => data.posts.edges.map(({ node }) => node.title);

test('reads a page', async () => {
  const urql = client();
  const { data, error } = await urql.query(PAGE, { tag });
  assert.equal(error, undefined);
  assert.deepEqual(titles(data), ['Post 5', 'Post 4']);
  assert.deepEqual(urql.complaints, []);
});

test('reads a page by GET', async () => {
  const urql = client({ preferGetMethod: 'force' });
  const { data } = await urql.query(PAGE, { tag });
  assert.deepEqual(titles(data), ['Post 5', 'Post 4']);
  assert.deepEqual(urql.sent.map(({ method }) => method), ['GET']);
});

test('walks the pages, which its cache joins', async () => {
  const urql = client();
  let after;
  let data;
  do {
    ({ data } = await urql.query(PAGE, { tag, after }));
    after = data.posts.pageInfo.endCursor;
  } while (data.posts.pageInfo.hasNextPage && urql.sent.length < posts.length);
  assert.equal(urql.sent.length, 3);
  assert.deepEqual(data.posts.edges.map(({ node }) => node.id), posts.map(({ id }) => id));
});

test('updates what it has of a post by the payload of a mutation', async () => {
  const own = await publishedPosts(token, 1);
  const urql = client({ fetchOptions: { headers: bearer(token) } });
  await urql.query(PAGE, { tag: own.tag });
  const { error } = await urql.mutation(RETITLE, newTitle(own.posts[0], 'Renamed'));
  assert.equal(error, undefined);
  assert.deepEqual(titles((await urql.query(PAGE, { tag: own.tag })).data), ['Renamed']);
  assert.equal(urql.sent.length, 2, 'the page is read from the cache');
});

test('reads a page anew when it is told to', async () => {
  const own = await publishedPosts(token, 1);
  const urql = client();
  await urql.query(PAGE, { tag: own.tag });
  await done(RETITLE, newTitle(own.posts[0], 'Renamed'), token);
  const cached = await urql.query(PAGE, { tag: own.tag });
  const read = await urql.query(PAGE, { tag: own.tag }, { requestPolicy: 'network-only' });
  assert.deepEqual([titles(cached.data), titles(read.data)], [['Post 1'], ['Renamed']]);
});

test('gets data and error of an answer that has both', async () => {
  const { data, error } = await client().query(gql`query ($tag: String!) { node(id: "nobody's") { id } tag(by: { slug: $tag }) { id slug } }`, { tag });
  assert.equal(data.tag.slug, tag);
  const [{ path, extensions }] = error.graphQLErrors;
  assert.deepEqual([path, extensions.code], [['node'], 'BAD_USER_INPUT']);
});

test('gets the errors of a document that is refused', async () => {
  const { error } = await client().query(gql`query ($n: Int!) { posts(first: $n) { totalCount } }`, {});
  assert.equal(error.networkError, undefined);
  assert.equal(error.graphQLErrors.length, 1);
});

test('gets the error of a token that is refused', async () => {
  const { error } = await client({ fetchOptions: { headers: bearer('canary') } }).query(gql`{ health { status } }`, {});
  assert.equal(error.response.status, 401);
  assert.equal(error.graphQLErrors[0].extensions.code, 'UNAUTHENTICATED');
});
