// A session of graphql-request, as a script that fills a blog would have it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError, GraphQLClient, gql, request } from 'graphql-request';
import { EMAIL, ENDPOINT, PASSWORD, bearer, logIn, postInput, publishedPosts } from './blog.mjs';

const LOG_IN = gql`
  mutation ($input: LogInInput!) {
    logIn(input: $input) { session { accessToken user { role } } userErrors { code message } }
  }
`;
const CREATE = gql`
  mutation ($input: CreatePostInput!) {
    createPost(input: $input) { post { id slug status } userErrors { code message path } }
  }
`;

test('reads with variables', async () => {
  const { tag, posts } = await publishedPosts(await logIn(), 1);
  const query = gql`query ($tag: String!) { posts(filter: { tag: { slug: $tag } }) { totalCount nodes { title } } }`;
  const data = await request(ENDPOINT, query, { tag });
  assert.deepEqual(data.posts, { totalCount: 1, nodes: [{ title: posts[0].title }] });
});

test('reads by GET', async () => {
  const client = new GraphQLClient(ENDPOINT, { method: 'GET' });
  assert.deepEqual(await client.request('{ __typename }'), { __typename: 'Query' });
});

test('logs in, writes a post and reads it', async () => {
  const client = new GraphQLClient(ENDPOINT);
  const { logIn: { session, userErrors } } = await client.request(LOG_IN, { input: { email: EMAIL, password: PASSWORD } });
  assert.deepEqual([session.user.role, userErrors], ['ADMIN', []]);
  client.setHeaders(bearer(session.accessToken));

  const input = await postInput(session.accessToken, { title: 'By a script' });
  const { createPost } = await client.request(CREATE, { input });
  assert.deepEqual(createPost.userErrors, []);
  assert.equal(createPost.post.status, 'DRAFT');

  const query = gql`query ($id: ID!) { node(id: $id) { ... on Post { title } } }`;
  const { id } = createPost.post;
  assert.deepEqual(await client.request(query, { id }), { node: { title: 'By a script' } });
  assert.deepEqual(await request(ENDPOINT, query, { id }), { node: null }, 'a draft is for nobody else');
});

test('gets a wrong password as a user error', async () => {
  const { logIn: payload } = await request(ENDPOINT, LOG_IN, { input: { email: 'nobody@example.org', password: 'canary' } });
  assert.equal(payload.session, null);
  assert.equal(payload.userErrors[0].code, 'INVALID_CREDENTIALS');
});

test('throws what is wrong with a document', async () => {
  await assert.rejects(request(ENDPOINT, '{ nothing }'), (error) => {
    assert.ok(error instanceof ClientError);
    const [{ extensions, locations }] = error.response.errors;
    assert.equal(extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    assert.deepEqual(locations, [{ line: 1, column: 3 }]);
    return true;
  });
});

test('gets data and errors with errorPolicy: all', async () => {
  const client = new GraphQLClient(ENDPOINT, { errorPolicy: 'all' });
  const { data, errors } = await client.rawRequest('{ node(id: "nobody\'s") { id } health { __typename } }');
  assert.deepEqual(data, { node: null, health: { __typename: 'Health' } });
  assert.equal(errors[0].extensions.code, 'BAD_USER_INPUT');
});
