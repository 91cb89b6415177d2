// Walks through the example tabs of the explorer as a first-time visitor does, from left to right:
// what the comments in them ask for, and nothing else.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openExplorer, STEP_LIMIT_MS } from './explorer.mjs';
import { startServer } from './server.mjs';

const EMAIL = 'ada@example.org';
const PASSWORD = 'seven quiet harbours';
const TABS = [
  'LatestPosts', 'LogIn', 'CreatePost', 'EditPost', 'EditWithConflict', 'PublishPost', 'History', 'RestoreRevision',
  'OnePage', 'AuthorPages', 'SearchPosts', 'FollowChanges',
];
const FIRST = { title: 'A letter from the explorer', content: 'The first line.\n\nThe second line.\n' };
const EDITED = { title: 'A letter, edited', content: 'A better first line.\n\nThe second line.\n' };

const server = await startServer();
const explorer = await openExplorer(server, 'authoring').catch(async (error) => {
  await server.stop();
  throw error;
});
const { page, faults, picture, queryEditor, variablesEditor, headersEditor, resultPane } = explorer;
const { untilReads, tabNames, openTab, focus, pasteOver, run, reload } = explorer;
let author;
let post;

after(async () => {
  await explorer.close();
  await server.stop();
});

/** One step: what it does must hold, and nothing untoward may happen meanwhile. */
function step(name, body) {
  test(name, { timeout: 3 * STEP_LIMIT_MS }, async () => {
    await body();
    assert.deepEqual(faults, [], 'the browser complained');
  });
}

/** Opens a tab and runs what is in it, whatever that is. */
async function runTab(name) {
  await openTab(name);
  await focus(queryEditor());
  const sent = await run();
  assert.equal(sent.body.operationName, name);
  return sent;
}

/** Runs a tab as it comes, then with some of its variables filled in; resolves to both answers. */
async function fillIn(name, changes) {
  const { body, answer: untouched } = await runTab(name);
  await pasteOver(variablesEditor(), JSON.stringify({ ...body.variables, ...changes }));
  const { answer } = await run();
  return { untouched, answer };
}

/** What an untouched placeholder is answered: a typed error about the field that it is in. */
function assertAsksFor(path, answer) {
  const [payload] = Object.values(answer.data);
  assert.equal(payload.post, null);
  assert.deepEqual(payload.userErrors.map((error) => error.path), [path]);
  assert.match(payload.userErrors[0].message, /not an id of this server; use the `id` field/);
}

/** The post as readers see it, who have no session. */
async function asReader() {
  const response = await fetch(`${server.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'query ($slug: String!) { post(by: { slug: $slug }) { title content } }',
      variables: { slug: post.slug },
    }),
  });
  return (await response.json()).data.post;
}

/** Makes a tag, as somebody elsewhere does. */
async function createTag(name) {
  const form = new URLSearchParams({ grant_type: 'password', username: EMAIL, password: PASSWORD });
  const session = await fetch(`${server.origin}/auth/token`, { method: 'POST', body: form });
  const { access_token: token } = await session.json();
  await fetch(`${server.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: 'mutation ($name: String!) { createTag(input: { name: $name }) { userErrors { message } } }',
      variables: { name },
    }),
  });
}

async function revisions() {
  const { answer } = await runTab('History');
  return answer.data.post.revisions.nodes;
}

step('opens with a tab for each step of the walk, the first in front', async () => {
  const words = ['user', 'create', '--email', EMAIL, '--name', 'Ada', '--role', 'admin', '--password-stdin'];
  const { status, output } = await server.command(words, `${PASSWORD}\n`);
  assert.equal(status, 0, output);

  await untilReads(queryEditor(), /query LatestPosts/);
  assert.deepEqual(await tabNames(), TABS);
  await page.getByRole('tab', { name: TABS[0], selected: true }).waitFor();
  await untilReads(headersEditor(), /"Bearer "/);
});

step('says in each tab what it shows and what to do, with the variables in front', async () => {
  for (const name of TABS) {
    await openTab(name);
    const text = await untilReads(queryEditor(), /Ctrl\+Enter/);
    assert.match(text, /^# [A-Z]/, name);
    if (name !== TABS[0]) await untilReads(variablesEditor(), /^\{[^]*"\w+":/);
  }
  assert.deepEqual(await tabNames(), TABS, 'no tab takes the name of another');
});

step('finds an author in the latest posts', async () => {
  const { answer } = await runTab('LatestPosts');
  author = answer.data.posts.nodes[0].author.id;
  await untilReads(resultPane(), new RegExp(`"id": "${author}"`));
});

step('logs in', async () => {
  const { untouched, answer } = await fillIn('LogIn', { email: EMAIL, password: PASSWORD });
  assert.deepEqual(untouched.data.logIn, {
    session: null,
    userErrors: [{ message: 'the e-mail address or the password is wrong' }],
  });
  const user = { name: 'Ada', role: 'ADMIN', author: null };
  assert.deepEqual(answer.data.logIn, { session: { user }, userErrors: [] });
  await untilReads(resultPane(), /"role": "ADMIN"/);
});

step('creates a draft', async () => {
  const { untouched, answer } = await fillIn('CreatePost', { authors: [author] });
  assertAsksFor(['input', 'authors', '0'], untouched);
  assert.deepEqual(answer.data.createPost.userErrors, []);
  post = answer.data.createPost.post;
  assert.deepEqual([post.slug, post.version, post.status], ['a-letter-from-the-explorer', 1, 'DRAFT']);
  await untilReads(resultPane(), new RegExp(`"id": "${post.id}"`));
  assert.equal(await asReader(), null);
  await picture('created');
});

step('edits it', async () => {
  const { untouched, answer } = await fillIn('EditPost', { id: post.id });
  assertAsksFor(['input', 'id'], untouched);
  assert.deepEqual(answer.data.updatePost, { post: { ...EDITED, version: 2, draft: null }, userErrors: [] });
  await untilReads(resultPane(), /"version": 2/);
});

step('shows a conflict, and changes nothing', async () => {
  const { untouched, answer } = await fillIn('EditWithConflict', { id: post.id });
  assertAsksFor(['input', 'id'], untouched);
  assert.equal(answer.data.updatePost.post, null);
  const [{ message, ...conflict }, ...others] = answer.data.updatePost.userErrors;
  assert.deepEqual(others, []);
  assert.match(message, /title/);
  assert.deepEqual(conflict, {
    __typename: 'Conflict',
    path: ['input', 'title'],
    base: FIRST.title,
    current: EDITED.title,
    yours: 'A letter, rewritten',
    currentVersion: 2,
  });
  const shown = await untilReads(resultPane(), /"currentVersion": 2/);
  for (const key of ['"__typename": "Conflict"', '"base":', '"current":', '"yours":']) assert.ok(shown.includes(key), key);
  await picture('conflict');
});

step('publishes it for readers', async () => {
  assert.equal(await asReader(), null);
  const { untouched, answer } = await fillIn('PublishPost', { id: post.id });
  assertAsksFor(['input', 'id'], untouched);
  assert.deepEqual(answer.data.publishPost.userErrors, []);
  assert.equal(answer.data.publishPost.post.status, 'PUBLISHED');
  await untilReads(resultPane(), /"PUBLISHED"/);
  assert.deepEqual(await asReader(), EDITED);
});

step('shows its history with nothing to fill in', async () => {
  const [second, first, ...others] = await revisions();
  assert.deepEqual(others, []);
  assert.deepEqual([first.number, first.note, first.title, first.diff], [1, 'First draft', FIRST.title, null]);
  assert.deepEqual([second.number, second.note, second.editor], [2, 'A better beginning', { name: 'Ada' }]);
  assert.deepEqual(second.diff.changedFields, ['title', 'content']);
  assert.match(second.diff.content, /^-The first line\.\n\+A better first line\.$/m);
  await untilReads(resultPane(), /"A better beginning"/);
  await picture('history');
});

step('restores the first version, for readers once it is published again', async () => {
  const { untouched, answer } = await fillIn('RestoreRevision', { id: post.id });
  assertAsksFor(['input', 'id'], untouched);
  const restored = { ...EDITED, version: 2, draft: { number: 3, ...FIRST } };
  assert.deepEqual(answer.data.restoreRevision, { post: restored, userErrors: [] });
  await untilReads(resultPane(), /"number": 3/);
  assert.deepEqual(await asReader(), EDITED);
  await picture('restored');

  const { body, answer: published } = await runTab('PublishPost');
  assert.equal(body.variables.id, post.id, 'the tab still has it');
  assert.deepEqual(published.data.publishPost.userErrors, []);
  assert.deepEqual(await asReader(), FIRST);
  const [third, , first] = await revisions();
  assert.deepEqual([third.number, third.note, third.title], [3, 'As it was at first', first.title]);
});

step('reads what a site asks for', async () => {
  for (const name of ['OnePage', 'AuthorPages', 'SearchPosts']) {
    const { answer } = await runTab(name);
    assert.equal(answer.errors, undefined, name);
  }
  assert.match(await untilReads(resultPane(), /searchHighlight/), /<mark>/);
});

step('follows what happens, over WebSocket', async () => {
  await openTab('FollowChanges');
  await focus(queryEditor());
  const [socket] = await Promise.all([page.waitForEvent('websocket'), page.keyboard.press('Control+Enter')]);
  await untilReads(resultPane(), /"cursor"/);
  await createTag('Hot news');
  await untilReads(resultPane(), /"APPEARED"[^]*"Hot news"/);
  await Promise.all([socket.waitForEvent('close'), page.keyboard.press('Control+Enter')]); // stops it
  await runTab('History');
});

step('keeps the tabs on reload, and no password', async () => {
  // Written last when a tab is opened; GraphiQL takes what differs from all tabs for one more.
  await page.waitForFunction(() => localStorage.getItem('graphiql:variables')?.includes('"slug"'));
  await reload();
  await untilReads(queryEditor(), /query History/);
  assert.deepEqual(await tabNames(), TABS);
  await untilReads(variablesEditor(), /"slug": "a-letter-from-the-explorer"/);
  await openTab('LogIn');
  await untilReads(variablesEditor(), /"password":\s*""/);
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  assert.match(stored, new RegExp(EMAIL));
  assert.doesNotMatch(stored, /quiet/);
});
