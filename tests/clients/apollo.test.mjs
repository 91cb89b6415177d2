// A session of Apollo Client.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { filter, firstValueFrom, from } from 'rxjs';
import { EMAIL, ENDPOINT, PASSWORD, bearer, logIn, postInput, publishedPosts, watchedFetch } from './blog.mjs';

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

for (const useGETForHashedQueries of [false, true]) {
  test(`asks by hash, by ${useGETForHashedQueries ? 'GET' : 'POST'}, and gets its answer`, async () => {
    const apollo = client(new PersistedQueryLink({ sha256, useGETForHashedQueries }));
    const { data } = await apollo.query({ query: PAGE, variables: { tag } });
    assert.equal(data.posts.edges.length, 2);
    const [first] = apollo.sent;
    assert.equal(first.method, useGETForHashedQueries ? 'GET' : 'POST');
    assert.equal(first.body?.query ?? first.url.searchParams.get('query'), null);
  });
}
