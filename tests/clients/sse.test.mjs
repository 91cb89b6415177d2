// Sessions of the graphql-sse client, in both modes: a stream for each operation, and one for all.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient } from 'graphql-sse';
import { ORIGIN, PUBLISH, RETITLE, bearer, done, draftPost, firstOf, logIn, newTitle, publishedPosts } from './blog.mjs';
import { CHANGES, follow } from './subscriptions.mjs';

const token = await logIn();
const clients = [];
after(() => clients.forEach((client) => client.dispose()));

for (const singleConnection of [false, true]) {
  const mode = singleConnection ? 'one stream for all' : 'a stream for each';

  /** A client that connects once: what breaks its connection is an error. */
  const client = (headers = {}) => {
    const made = createClient({ url: `${ORIGIN}/graphql/stream`, singleConnection, headers, retryAttempts: 0 });
    clients.push(made);
    return made;
  };

  test(`${mode}: a subscriber gets a change that is made over HTTP`, async () => {
    const { posts: [post] } = await publishedPosts(token, 1);
    const { changeOf } = await follow(client().iterate({ query: CHANGES }));
    await done(RETITLE, newTitle(post, 'Renamed'), token);
    const change = await changeOf(post.id);
    assert.deepEqual([change.kind, change.node.title], ['CHANGED', 'Renamed']);
  });

  test(`${mode}: a subscriber who was away goes on from its cursor`, async () => {
    const { posts: [post] } = await publishedPosts(token, 1);
    const first = client().iterate({ query: CHANGES });
    const { cursor: since } = await follow(first);
    await first.return();
    await done(RETITLE, newTitle(post, 'While away'), token);
    const missed = client().iterate({ query: CHANGES, variables: { since } });
    await firstOf(missed, ({ data }) => data.changes.changes.some(({ id }) => id === post.id));
  });

  test(`${mode}: a visitor hears of a post only once it is public, an admin before`, async () => {
    const [visitor, admin] = [client(), client(bearer(token))].map((each) => each.iterate({ query: CHANGES }));
    const [ofVisitor, ofAdmin] = [await follow(visitor), await follow(admin)];
    const post = await draftPost(token, 'A draft');
    assert.equal((await ofAdmin.changeOf(post.id)).node.status, 'DRAFT');
    await done(PUBLISH, { input: { id: post.id } }, token);
    const change = await ofVisitor.changeOf(post.id);
    assert.deepEqual([change.kind, change.node.status], ['APPEARED', 'PUBLISHED']);
  });

  test(`${mode}: an operation that its client completes gets no more, and others go on`, async () => {
    const shared = client();
    const gone = shared.iterate({ query: CHANGES });
    await follow(gone);
    const { changeOf } = await follow(shared.iterate({ query: CHANGES }));
    await gone.return();
    const { posts: [post] } = await publishedPosts(token, 1);
    assert.equal((await changeOf(post.id)).kind, 'APPEARED');
    assert.deepEqual(await gone.next(), { done: true, value: undefined });
  });

  test(`${mode}: a query has one answer and completes`, async () => {
    const answers = [];
    for await (const answer of client().iterate({ query: '{ __typename }' })) answers.push(answer);
    assert.deepEqual(answers, [{ data: { __typename: 'Query' } }]);
  });

  test(`${mode}: an error of a field comes beside data`, async () => {
    const answers = client().iterate({ query: '{ node(id: "nobody\'s") { id } health { status } }' });
    const { value } = await answers.next();
    assert.deepEqual(value.data, { node: null, health: { status: 'ok' } });
    assert.equal(value.errors[0].extensions.code, 'BAD_USER_INPUT');
  });

  test(`${mode}: a token that is not valid is refused with 401`, async () => {
    const answers = client(bearer('canary')).iterate({ query: CHANGES });
    await assert.rejects(answers.next(), ({ response }) => response.status === 401);
  });

  test(`${mode}: the end of the session ends the stream`, async () => {
    const own = await logIn();
    const answers = client(bearer(own)).iterate({ query: CHANGES });
    await follow(answers);
    await done('mutation { logOut { loggedOut userErrors { message } } }', {}, own);
    await assert.rejects(firstOf(answers, () => false));
  });
}

test('a stream for each: what is wrong with a document comes as an answer with errors', async () => {
  const client = createClient({ url: `${ORIGIN}/graphql/stream`, retryAttempts: 0 });
  const answers = [];
  for await (const answer of client.iterate({ query: 'subscription { nothing }' })) answers.push(answer);
  assert.equal(answers.length, 1);
  assert.equal(answers[0].data, undefined);
  assert.equal(answers[0].errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});
