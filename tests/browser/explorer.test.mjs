// Uses the explorer at /graphiql the way a person does: reading, typing, clicking.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser, watch } from './browser.mjs';
import { startServer } from './server.mjs';

const STEP_LIMIT_MS = 20_000;
const INTROSPECTION = `query DescribeSchema { __schema {
  queryType { name }
  types { kind name description
    fields(includeDeprecated: true) { name description type { ...Named } args(includeDeprecated: true) { name description } }
    inputFields(includeDeprecated: true) { name description }
    enumValues(includeDeprecated: true) { name description } } } }
fragment Named on __Type { name ofType { name ofType { name ofType { name } } } }`;

let server;
let browser;
let page;
let faults;
let settled;
let schema;
let pictures = 0;

before(async () => {
  server = await startServer();
  browser = await openBrowser();
  ({ faults, settled } = await watch(browser.context, server.origin));
  page = browser.context.pages()[0] ?? (await browser.context.newPage());
  page.setDefaultTimeout(STEP_LIMIT_MS);
  await page.goto(`${server.origin}/graphiql`);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** One step: what it does must hold, and nothing untoward may happen meanwhile. */
function step(name, body) {
  test(name, { timeout: 3 * STEP_LIMIT_MS }, async () => {
    await body();
    assert.deepEqual(faults, [], 'the browser complained');
  });
}

async function picture(name) {
  if (!process.env.SCREENSHOTS) return;
  await mkdir(process.env.SCREENSHOTS, { recursive: true });
  await page.waitForTimeout(500); // colours and transitions arrive a little later
  const number = String((pictures += 1)).padStart(2, '0');
  await page.screenshot({ path: join(process.env.SCREENSHOTS, `${number}-${name}.png`) });
}

const queryEditor = () => page.getByRole('region', { name: 'Operation Editor' }).locator('.monaco-editor').first();
const headersEditor = () => page.getByRole('region', { name: 'Headers' }).locator('.monaco-editor:visible');
const resultPane = () => page.getByRole('region', { name: 'Result Window' });
const documentation = () => page.locator('.graphiql-doc-explorer');

/** The text in view. Monaco reuses its lines, so their order is where they stand. */
async function read(pane) {
  const lines = await pane.locator('.view-line').evaluateAll((elements) =>
    elements
      .toSorted((one, other) => parseFloat(one.style.top) - parseFloat(other.style.top))
      .map((element) => element.textContent),
  );
  return lines.join('\n').replaceAll('\u00a0', ' ');
}

/** For texts which may be wrapped anywhere. */
function withoutSpaces(text) {
  return text.replace(/\s+/g, '');
}

async function untilReads(pane, pattern) {
  const deadline = Date.now() + STEP_LIMIT_MS;
  let text = '';
  while (Date.now() < deadline) {
    text = await read(pane);
    if (pattern.test(text)) return text;
    await page.waitForTimeout(100);
  }
  return assert.fail(`never read ${pattern} but:\n${text}`);
}

async function focus(editor) {
  await editor.locator('.view-lines').click();
}

/**
 * Types key by key over what is there. One line only: the editor closes a brace
 * as it is opened and steps over it when it is typed, but would indent new lines.
 */
async function typeOver(editor, text) {
  await focus(editor);
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.type(text, { delay: 15 });
  await page.keyboard.press('Escape'); // dismisses suggestions still open
}

/** Presses Ctrl+Enter; resolves to the request that this sent. */
async function run() {
  const sent = page.waitForRequest((request) => request.url() === `${server.origin}/graphql`);
  await page.keyboard.press('Control+Enter');
  const request = await sent;
  assert.equal((await request.response()).status(), 200);
  return { headers: await request.allHeaders(), body: request.postDataJSON() };
}

async function reload() {
  await settled();
  await page.reload();
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
  await page.keyboard.type('a-token', { delay: 15 });
  await untilReads(headersEditor(), /"Bearer a-token"/);
  await picture('token');
  assert.equal((await run()).headers.authorization, 'Bearer a-token');

  // A new query, for the history to remember with all that was sent.
  await typeOver(queryEditor(), 'query WithToken { health { status } }');
  await page.getByRole('tab', { name: 'WithToken' }).waitFor(); // the history takes the tab's text
  assert.equal((await run()).headers.authorization, 'Bearer a-token');
});

step('keeps the query on reload, and never the token', async () => {
  await typeOver(queryEditor(), 'query Kept { health { status } }');
  for (const key of ['graphiql:query', 'graphiql:tabState']) {
    await page.waitForFunction((name) => localStorage.getItem(name)?.includes('Kept'), key);
  }
  await page.waitForFunction(() => localStorage.getItem('graphiql:queries')?.includes('WithToken'));
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  assert.doesNotMatch(stored, /a-token/, 'the token is not written to web storage');

  await reload();
  await untilReads(queryEditor(), /query Kept/);
  await untilReads(headersEditor(), /"Bearer "/);
  assert.equal(await page.getByRole('tab').count(), 1, 'in the tab it was typed in');
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
