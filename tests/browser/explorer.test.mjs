// Uses the explorer at /graphiql the way a person does: reading, typing, clicking.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openExplorer, STEP_LIMIT_MS } from './explorer.mjs';
import { startServer } from './server.mjs';

const INTROSPECTION = `query DescribeSchema { __schema {
  queryType { name }
  types { kind name description
    fields(includeDeprecated: true) { name description type { ...Named } args(includeDeprecated: true) { name description } }
    inputFields(includeDeprecated: true) { name description }
    enumValues(includeDeprecated: true) { name description } } } }
fragment Named on __Type { name ofType { name ofType { name ofType { name } } } }`;

const server = await startServer();
const explorer = await openExplorer(server, 'explorer').catch(async (error) => {
  await server.stop();
  throw error;
});
const { page, faults, picture, queryEditor, headersEditor, resultPane } = explorer;
const { untilReads, tabNames, focus, typeOver, pasteOver, run, reload } = explorer;
let schema;
let token;

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

const documentation = () => page.locator('.graphiql-doc-explorer');

/** For texts which may be wrapped anywhere. */
function withoutSpaces(text) {
  return text.replace(/\s+/g, '');
}

/** Asks the API from inside the page, as a script of the site would. */
function ask(query) {
  return page.evaluate(async (text) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text }),
    });
    return response.json();
  }, query);
}

/** An access token of an account made for it. */
async function newToken() {
  const [email, password] = ['reader@example.org', 'seven quiet harbours'];
  const words = ['user', 'create', '--email', email, '--name', 'Ada', '--role', 'reader', '--password-stdin'];
  const { status, output } = await server.command(words, `${password}\n`);
  assert.equal(status, 0, output);
  const body = new URLSearchParams({ grant_type: 'password', username: email, password });
  const response = await fetch(`${server.origin}/auth/token`, { method: 'POST', body });
  return (await response.json()).access_token;
}

function namedType(type) {
  return type.name ?? namedType(type.ofType);
}

function fieldOf(typeName, fieldName) {
  const type = schema.types.find(({ name }) => name === typeName);
  const field = type?.fields?.find(({ name }) => name === fieldName);
  assert.ok(field, `the schema has ${typeName}.${fieldName}`);
  return field;
}

/** Plain words from a description, which the explorer renders as Markdown. */
function firstWords(description) {
  return description.split(/[*_`[\]\n]/)[0].trim().slice(0, 60);
}

step('opens with a worked example and the headers editor', async () => {
  assert.equal(await page.title(), 'Imprenta · GraphiQL');
  const example = await untilReads(queryEditor(), /query LatestPosts/);
  assert.match(example, /Ctrl\+Enter/);
  assert.match(await untilReads(headersEditor(), /Authorization/), /"Bearer "/);
  await picture('opened');
});

step('runs the example with Ctrl+Enter and shows the posts', async () => {
  const expected = await ask('{ posts(first: 3) { totalCount nodes { title } } }');
  const titles = expected.data.posts.nodes.map(({ title }) => title);
  assert.ok(titles.length > 0, 'the server has sample posts');

  await focus(queryEditor());
  const { headers, body } = await run();
  assert.equal(body.operationName, 'LatestPosts');
  assert.equal(headers.authorization, undefined, 'an untouched placeholder sends no header');
  assert.match(headers.accept, /^application\/graphql-response\+json/);

  const result = await untilReads(resultPane(), /"totalCount"/);
  for (const title of titles) {
    assert.ok(withoutSpaces(result).includes(withoutSpaces(JSON.stringify(title))), `the result shows ${title}`);
  }
  assert.doesNotMatch(result, /"errors"/);
  await picture('example-result');
});

step('runs a query typed by hand', async () => {
  const typed = 'query Typed { health { status databaseConnection } }';
  await typeOver(queryEditor(), typed);
  const { body } = await run();
  assert.equal(body.query.replace(/\s+/g, ' ').trim(), typed);
  const result = await untilReads(resultPane(), /"databaseConnection"/);
  assert.doesNotMatch(result, /"posts"|"errors"/);
  await picture('typed-query');
});

step('runs at once what was pasted, a subscription too', async () => {
  for (const name of ['Pasted', 'PastedOver']) {
    await pasteOver(queryEditor(), `subscription ${name} { changes { cursor } }`);
    const [socket] = await Promise.all([page.waitForEvent('websocket'), page.keyboard.press('Control+Enter')]);
    await untilReads(resultPane(), /"cursor"/);
    await Promise.all([socket.waitForEvent('close'), page.keyboard.press('Control+Enter')]); // stops it

    await pasteOver(queryEditor(), `query Not${name} { health { status } }`);
    assert.equal((await run()).body.operationName, `Not${name}`);
    await untilReads(resultPane(), /"status"/);
  }
});

step('offers the fields that fit', async () => {
  await typeOver(queryEditor(), 'query Offered { posts { nodes { tit } } }');
  for (let i = 0; i < ' } } }'.length; i += 1) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget.visible').getByText('title', { exact: true }).first().waitFor();
  await picture('suggestions');
  await page.keyboard.press('Enter');
  await untilReads(queryEditor(), /nodes \{ title \} \} \}/);
  const workers = page.workers().map((worker) => /(\w+)\.worker-/.exec(worker.url())?.[1]);
  assert.deepEqual(workers.sort(), ['editor', 'graphql', 'json'], 'the language services run in workers');
});

step('sends the Authorization header that the reader sets', async () => {
  await typeOver(queryEditor(), '{ health { status } }');
  assert.equal((await run()).headers.authorization, undefined);

  // The opened editor ends with `"Bearer "`, a brace and an empty line.
  await focus(headersEditor());
  await page.keyboard.press('Control+End');
  for (const key of ['ArrowUp', 'ArrowUp', 'End', 'ArrowLeft']) await page.keyboard.press(key);
  token = await newToken();
  await page.keyboard.insertText(token);
  await untilReads(headersEditor(), /"Bearer\s+eyJ/);
  await picture('token');
  assert.equal((await run()).headers.authorization, `Bearer ${token}`);

  // A new query, for the history to remember with all that was sent.
  await typeOver(queryEditor(), 'query WithToken { health { status } }');
  await page.getByRole('tab', { name: 'WithToken' }).waitFor(); // the history takes the tab's text
  assert.equal((await run()).headers.authorization, `Bearer ${token}`);
});

step('keeps the query on reload, and never the token', async () => {
  const kept = 'query Kept { health { status } }';
  await typeOver(queryEditor(), kept);
  // To the last brace: what is written while somebody types is written in parts.
  for (const key of ['graphiql:query', 'graphiql:tabState']) {
    await page.waitForFunction(([name, text]) => localStorage.getItem(name)?.includes(text), [key, kept]);
  }
  await page.waitForFunction(() => localStorage.getItem('graphiql:queries')?.includes('WithToken'));
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  assert.ok(!stored.includes(token.split('.')[2]), 'the token is not written to web storage');

  await reload();
  await untilReads(queryEditor(), /query Kept/);
  await untilReads(headersEditor(), /"Bearer "/);
  const [first, ...others] = await tabNames();
  assert.equal(first, 'Kept', 'in the tab it was typed in');
  assert.ok(others.length > 0 && !others.includes('LatestPosts'), 'and the others are as they were');
});

step('leaves a reader the tabs that they have, and adds none', async () => {
  while ((await tabNames()).length > 1) {
    await page.getByRole('tab').last().hover(); // shows the button
    await page.getByRole('tab').last().getByRole('button', { name: 'Close Tab' }).click();
  }
  await page.waitForFunction(() => JSON.parse(localStorage.getItem('graphiql:tabState')).tabs.length === 1);
  await reload();
  await untilReads(queryEditor(), /query Kept/);
  assert.deepEqual(await tabNames(), ['Kept']);
});

step('documents the schema: Query, posts, Post', async () => {
  schema = (await ask(INTROSPECTION)).data.__schema;
  const queryName = schema.queryType.name;
  const posts = fieldOf(queryName, 'posts');
  const connection = namedType(posts.type);
  const post = namedType(fieldOf(connection, 'nodes').type);

  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  const follow = (name) => documentation().getByRole('link', { name, exact: true }).first().click();
  const shows = (text) => documentation().getByText(text, { exact: false }).first().waitFor();
  await follow(queryName);
  await shows(firstWords(posts.description));
  await picture('documentation-query');
  await follow('posts');
  await shows(firstWords(posts.description));
  await follow(connection);
  await follow(post);
  for (const name of ['title', 'contentHtml', 'publishedAt', 'readingMinutes']) {
    await documentation().getByRole('link', { name, exact: true }).first().waitFor();
    await shows(firstWords(fieldOf(post, name).description));
  }
  await picture('documentation-post');
  // It opens with a link to every type, which the Tab key would have to pass.
  await page.getByRole('button', { name: 'Hide Documentation Explorer' }).click();
});

step('describes everything in the schema', async () => {
  const missing = [];
  const check = (name, { description }) => description?.trim() || missing.push(name);
  for (const type of schema.types.filter(({ name }) => !name.startsWith('__'))) {
    check(type.name, type);
    for (const field of type.fields ?? []) {
      check(`${type.name}.${field.name}`, field);
      for (const argument of field.args) check(`${type.name}.${field.name}(${argument.name}:)`, argument);
    }
    for (const part of [...(type.inputFields ?? []), ...(type.enumValues ?? [])]) check(`${type.name}.${part.name}`, part);
  }
  assert.deepEqual(missing, [], 'without a description');
});

step('follows the system into the dark and back', async () => {
  const lightness = () =>
    page.locator('.graphiql-container').evaluate((element) => {
      const [red, green, blue] = getComputedStyle(element).backgroundColor.match(/\d+/g).map(Number);
      return (red + green + blue) / 3;
    });
  assert.ok((await lightness()) > 200, 'light to begin with');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(() => document.querySelector('.monaco-editor.vs-dark')); // so did the editors
  assert.ok((await lightness()) < 80, 'the page turned dark');
  await picture('dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction(() => !document.querySelector('.monaco-editor.vs-dark'));
  assert.ok((await lightness()) > 200, 'and light again');
});

step('works from the keyboard alone', async () => {
  await reload();
  await untilReads(queryEditor(), /query Kept/);
  // Tab reaches the run button, Enter presses it.
  const sent = page.waitForRequest(`${server.origin}/graphql`);
  await tabTo(/^Execute query/);
  await page.keyboard.press('Enter');
  await sent;
  await untilReads(resultPane(), /"status"/);
  await picture('keyboard');
});

async function tabTo(label) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    if (label.test(name)) return;
  }
  assert.fail(`Tab never reached ${label}`);
}
