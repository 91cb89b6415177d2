// A session of the graphql-ws client.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ORIGIN, PUBLISH, RETITLE, bearer, done, draftPost, firstOf, logIn, newTitle, publishedPosts } from './blog.mjs';
import { CHANGES, POST_CHANGED, POST_PUBLISHED, follow } from './subscriptions.mjs';

const token = await logIn();
const clients = [];
after(() => Promise.all(clients.map((client) => client.dispose())));

/** A client that connects once: what breaks its connection is an error. */
function client(connectionParams, options = {}) {
  const url = `${ORIGIN.replace('http', 'ws')}/graphql/ws`;
  const made = createClient({ url, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0, ...options });
  clients.push(made);
  return made;
}

test('a subscriber gets a change that is made over HTTP', async () => {
  const { posts: [post] } = await publishedPosts(token, 1);
  const { changeOf } = await follow(client().iterate({ query: CHANGES }));
  await done(RETITLE, newTitle(post, 'Renamed'), token);
  const change = await changeOf(post.id);
  assert.equal(change.kind, 'CHANGED');
  assert.deepEqual(change.node, { __typename: 'Post', title: 'Renamed', status: 'PUBLISHED' });
});

test('a subscriber who was away goes on from its cursor', async () => {
  const { posts: [post] } = await publishedPosts(token, 1);
  const first = client().iterate({ query: CHANGES });
  const { cursor: since } = await follow(first);
  await first.return();
  await done(RETITLE, newTitle(post, 'While away'), token);
  const missed = client().iterate({ query: CHANGES, variables: { since } });
  const { data } = await firstOf(missed, ({ data: { changes } }) => changes.changes.some(({ id }) => id === post.id));
  const { node } = data.changes.changes.find(({ id }) => id === post.id);
  assert.equal(node.title, 'While away');
});

test('a visitor hears of a post only once it is public', async () => {
  const post = await draftPost(token, 'A draft');
  const visitor = client();
  const { changeOf } = await follow(visitor.iterate({ query: CHANGES }));
  await done(`mutation ($input: UpdatePostInput!) { updatePost(input: $input) { post { id } userErrors { message } } }`, {
    input: { id: post.id, expectedVersion: post.version, title: 'Still a draft' },
  }, token);
  await done(PUBLISH, { input: { id: post.id } }, token);
  const change = await changeOf(post.id);
  assert.deepEqual([change.kind, change.node.title], ['APPEARED', 'Still a draft']);
});

test('whoever may see drafts hears of them, by the token of connection_init', async () => {
  const { changeOf } = await follow(client(bearer(token)).iterate({ query: CHANGES }));
  const post = await draftPost(token, 'For editors');
  const change = await changeOf(post.id);
  assert.deepEqual([change.kind, change.node.status], ['APPEARED', 'DRAFT']);
});

/** Publishes posts until `answer` has come: when its subscription began is not said. */
async function publishUntil(answer) {
  let has = false;
  const settled = answer.finally(() => (has = true));
  const published = [];
  while (!has) published.push((await publishedPosts(token, 1)).posts[0].id);
  return { answer: await settled, published };
}

test('postPublished gives posts that become public', async () => {
  const { answer, published } = await publishUntil(firstOf(client().iterate({ query: POST_PUBLISHED }), () => true));
  assert.equal(answer.errors, undefined);
  assert.equal(answer.data.postPublished.title, 'Post 1');
  assert.ok(published.length > 0);
});

test('postChanged gives what happens to one post alone', async () => {
  let { posts: [post] } = await publishedPosts(token, 1);
  const answer = firstOf(client().iterate({ query: POST_CHANGED, variables: { post: post.id } }), () => true);
  let has = false;
  answer.finally(() => (has = true));
  while (!has) {
    await publishedPosts(token, 1);
    post = (await done(RETITLE, newTitle(post, `Renamed after ${post.version}`), token)).publishPost.post;
  }
  const { postChanged } = (await answer).data;
  assert.equal(postChanged.kind, 'CHANGED');
  assert.match(postChanged.post.title, /^Renamed after/);
});

test('an operation that its client completes gets no more, and others go on', async () => {
  const shared = client();
  const gone = shared.iterate({ query: CHANGES });
  await follow(gone);
  const { changeOf } = await follow(shared.iterate({ query: CHANGES }));
  await gone.return();
  const { posts: [post] } = await publishedPosts(token, 1);
  assert.equal((await changeOf(post.id)).kind, 'APPEARED');
  assert.deepEqual(await gone.next(), { done: true, value: undefined });
});

test('a query has one answer and completes', async () => {
  const answers = [];
  for await (const answer of client().iterate({ query: '{ __typename }' })) answers.push(answer);
  assert.deepEqual(answers, [{ data: { __typename: 'Query' } }]);
});

test('what is wrong with a document comes as an error', async () => {
  const answers = client().iterate({ query: 'subscription { nothing }' });
  await assert.rejects(answers.next(), (errors) => {
    assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    return true;
  });
});

test('a mutation is refused', async () => {
  const answers = client(bearer(token)).iterate({ query: 'mutation { logOut { loggedOut } }' });
  await assert.rejects(answers.next(), (errors) => Array.isArray(errors) && errors.length === 1);
});

test('a token that is not valid ends the connection with 4403', async () => {
  const answers = client(bearer('canary')).iterate({ query: CHANGES });
  await assert.rejects(answers.next(), ({ code }) => code === 4403);
});

test('the end of the session ends the connection with 4403', async () => {
  const own = await logIn();
  const answers = client(bearer(own)).iterate({ query: CHANGES });
  await follow(answers);
  await done('mutation { logOut { loggedOut userErrors { message } } }', {}, own);
  await assert.rejects(firstOf(answers, () => false), ({ code }) => code === 4403);
});
