// A session of Apollo Client.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { print } from 'graphql';
import { filter, firstValueFrom, from } from 'rxjs';
import { EMAIL, ENDPOINT, PASSWORD, bearer, logIn, postInput, publishedPosts, watchedFetch } from './blog.mjs';
import { assertLocked, startTrusting } from './trusted.mjs';

const token = await logIn();
const { tag, posts } = await publishedPosts(token, 5);

/** A client with the links given before the one that sends. */
function client(...links) {
  const watched = watchedFetch();
  const http = new HttpLink({ uri: ENDPOINT, fetch: watched.fetch });
  const cache = new InMemoryCache({
    typePolicies: { Query: { fields: { posts: relayStylePagination(['filter', 'orderBy']) } } },
  });
  return Object.assign(new ApolloClient({ cache, link: ApolloLink.from([...links, http]) }), { sent: watched.sent });
}

const authorised = () => new SetContextLink(({ headers }) => ({ headers: { ...headers, ...bearer(token) } }));

const PAGE = gql`
  query Page($tag: String!, $after: String) {
    posts(first: 2, after: $after, filter: { tag: { slug: $tag } }) {
      edges { cursor node { id title author { id name } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;

test('reads a page', async () => {
  const { data } = await client().query({ query: PAGE, variables: { tag } });
  assert.deepEqual(data.posts.edges.map(({ node }) => node.title), ['Post 5', 'Post 4']);
});

test('walks the pages, which relayStylePagination joins', async () => {
  const apollo = client();
  const watched = apollo.watchQuery({ query: PAGE, variables: { tag } });
  const subscription = watched.subscribe(() => {});
  let { data } = await firstValueFrom(from(watched).pipe(filter((result) => result.data)));
  const pages = [data.posts.edges.length];
  while (data.posts.pageInfo.hasNextPage && pages.length < posts.length) {
    ({ data } = await watched.fetchMore({ variables: { after: data.posts.pageInfo.endCursor } }));
    pages.push(data.posts.edges.length);
  }
  subscription.unsubscribe();
  assert.deepEqual(pages, [2, 2, 1]);
  const { edges } = apollo.readQuery({ query: PAGE, variables: { tag } }).posts;
  assert.deepEqual(edges.map(({ node }) => node.id), posts.map(({ id }) => id));
});

test('reads an object again from its cache, by its global id', async () => {
  const apollo = client();
  await apollo.query({ query: PAGE, variables: { tag } });
  const [{ id }] = posts;
  const fragment = gql`fragment Title on Post { title }`;
  assert.equal(apollo.cache.readFragment({ id: `Post:${id}`, fragment }).title, 'Post 5');
});

test('logs in with a mutation', async () => {
  const mutation = gql`mutation ($input: LogInInput!) { logIn(input: $input) { session { user { email } } } }`;
  const { data } = await client().mutate({ mutation, variables: { input: { email: EMAIL, password: PASSWORD } } });
  assert.equal(data.logIn.session.user.email, EMAIL);
});

test('sends the token that a link gives it', async () => {
  const { data } = await client(authorised()).query({ query: gql`{ me { email } }` });
  assert.equal(data.me.email, EMAIL);
});

test('gets what is wrong with its input as userErrors, and no error', async () => {
  const mutation = gql`
    mutation ($input: CreatePostInput!) {
      createPost(input: $input) { post { id } userErrors { __typename code path message } }
    }
  `;
  const input = await postInput(token, { title: '' });
  const { data, error } = await client(authorised()).mutate({ mutation, variables: { input } });
  assert.equal(error, undefined);
  assert.equal(data.createPost.post, null);
  const [{ __typename, code, path }] = data.createPost.userErrors;
  assert.deepEqual({ __typename, code, path }, { __typename: 'InvalidInput', code: 'INVALID_INPUT', path: ['input', 'title'] });
});

// What is no id fails alone, and the rest of the answer stays.
const PARTIAL = gql`query ($tag: String!) { node(id: "nobody's") { id } tag(by: { slug: $tag }) { slug } }`;

test('throws the errors of an answer by default', async () => {
  await assert.rejects(client().query({ query: PARTIAL, variables: { tag } }), (error) => {
    assert.ok(CombinedGraphQLErrors.is(error), String(error));
    const [{ extensions, path }] = error.errors;
    assert.deepEqual([extensions.code, path], ['BAD_USER_INPUT', ['node']]);
    return true;
  });
});

test('gives data and errors with errorPolicy: all', async () => {
  const { data, error } = await client().query({ query: PARTIAL, variables: { tag }, errorPolicy: 'all' });
  assert.deepEqual(data.tag, { __typename: 'Tag', slug: tag });
  assert.equal(error.errors[0].extensions.code, 'BAD_USER_INPUT');
});

test('gives data alone with errorPolicy: ignore', async () => {
  const { data, error } = await client().query({ query: PARTIAL, variables: { tag }, errorPolicy: 'ignore' });
  assert.equal(data.tag.slug, tag);
  assert.equal(error, undefined);
});

test('reads the errors of a document that is refused', async () => {
  await assert.rejects(client().query({ query: gql`{ nothing }` }), (error) => {
    assert.ok(CombinedGraphQLErrors.is(error), String(error));
    assert.equal(error.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    return true;
  });
});

test('reads why its token is refused', async () => {
  const wrong = new SetContextLink(() => ({ headers: bearer('canary') }));
  await assert.rejects(client(wrong).query({ query: gql`{ health { status } }` }), (error) => {
    assert.ok(CombinedGraphQLErrors.is(error), String(error));
    assert.equal(error.errors[0].extensions.code, 'UNAUTHENTICATED');
    return true;
  });
});

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

// What was never asked for before, so that the server cannot know it.
const fresh = () => gql`query Fresh${randomUUID().replaceAll('-', '')} { health { status } }`;

for (const useGETForHashedQueries of [false, true]) {
  const method = useGETForHashedQueries ? 'GET' : 'POST';
  test(`asks by hash, by ${method}, gives the document once, and then asks by hash alone`, async () => {
    const persisting = () => client(new PersistedQueryLink({ sha256, useGETForHashedQueries }));
    const query = fresh();
    const first = persisting();
    assert.equal((await first.query({ query })).data.health.status, 'ok');
    const asked = ({ method: by, body, url }) => [by, Boolean(body?.query ?? url.searchParams.get('query'))];
    assert.deepEqual(first.sent.map(asked), [[method, false], ['POST', true]]);

    const second = persisting();
    assert.equal((await second.query({ query })).data.health.status, 'ok');
    assert.deepEqual(second.sent.map(asked), [[method, false]]);
  });
}

test('asks a server with its manifest by id, and that executes nothing else', async (context) => {
  const query = gql`query Health { health { status __typename } }`;
  // As @apollo/generate-persisted-query-manifest writes it.
  const body = print(query);
  const operation = { id: sha256(body), name: 'Health', type: 'query', body };
  const trusting = await startTrusting({ format: 'apollo-persisted-query-manifest', version: 1, operations: [operation] });
  context.after(() => trusting.stop());
  const watched = watchedFetch();
  const http = new HttpLink({ uri: trusting.endpoint, fetch: watched.fetch });
  const byId = new PersistedQueryLink({ generateHash: () => operation.id });
  const apollo = new ApolloClient({ cache: new InMemoryCache(), link: ApolloLink.from([byId, http]) });
  assert.equal((await apollo.query({ query })).data.health.status, 'ok');
  assert.deepEqual(watched.sent.map((sent) => sent.body.query), [undefined]);
  await assertLocked(trusting);
});
