// The explorer at /graphiql as a person sees it: what can be read, typed and clicked.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser, watch } from './browser.mjs';

export const STEP_LIMIT_MS = 20_000;

/** Opens the explorer of a server in a browser of its own; pictures begin with `name`. */
export async function openExplorer(server, name) {
  const { context, close } = await openBrowser();
  const { faults, leave } = await watch(context, server.origin);
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(STEP_LIMIT_MS);
  await page.goto(`${server.origin}/graphiql`);
  let pictures = 0;

  async function picture(title) {
    if (!process.env.SCREENSHOTS) return;
    await mkdir(process.env.SCREENSHOTS, { recursive: true });
    await page.waitForTimeout(500); // colours and transitions arrive a little later
    const number = String((pictures += 1)).padStart(2, '0');
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}-${number}-${title}.png`) });
  }

  const queryEditor = () => page.getByRole('region', { name: 'Operation Editor' }).locator('.monaco-editor').first();
  const headersEditor = () => page.getByRole('region', { name: 'Headers' }).locator('.monaco-editor:visible');
  const variablesEditor = () => page.getByRole('region', { name: 'Variables' }).locator('.monaco-editor:visible');
  const resultPane = () => page.getByRole('region', { name: 'Result Window' });

  /** The text in view. Monaco reuses its lines, so their order is where they stand. */
  async function read(pane) {
    const lines = await pane.locator('.view-line').evaluateAll((elements) =>
      elements
        .toSorted((one, other) => parseFloat(one.style.top) - parseFloat(other.style.top))
        .map((element) => element.textContent),
    );
    return lines.join('\n').replaceAll('\u00a0', ' ');
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

  /** The tabs' own buttons: that of the open one also has a button that closes it. */
  const tabButtons = () => page.getByRole('tab').locator('[aria-controls]');
  const tabNames = () => tabButtons().allTextContents();

  /** Clicks a tab, and waits for the operation of that name. */
  async function openTab(name) {
    await tabButtons().and(page.getByRole('button', { name, exact: true })).click();
    await untilReads(queryEditor(), new RegExp(`(query|mutation|subscription) ${name}\\b`));
  }

  async function focus(editor) {
    await editor.locator('.view-lines').click();
  }

  async function empty(editor) {
    await focus(editor);
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
  }

  /**
   * Types key by key over what is there. One line only: the editor closes a brace
   * as it is opened and steps over it when it is typed, but would indent new lines.
   */
  async function typeOver(editor, text) {
    await empty(editor);
    await page.keyboard.type(text, { delay: 15 });
    await page.keyboard.press('Escape'); // dismisses suggestions still open
  }

  /** Puts a text where another one was, as a paste does. */
  async function pasteOver(editor, text) {
    await empty(editor);
    await page.keyboard.insertText(text);
  }

  /** Presses Ctrl+Enter; resolves to the request that this sent, and its answer. */
  async function run({ status = 200 } = {}) {
    const sent = page.waitForRequest((request) => request.url() === `${server.origin}/graphql`);
    await page.keyboard.press('Control+Enter');
    const request = await sent;
    const response = await request.response();
    assert.equal(response.status(), status);
    return { headers: await request.allHeaders(), body: request.postDataJSON(), answer: await response.json() };
  }

  const reload = () => leave(() => page.reload());

  return {
    page, context, close, faults, picture, queryEditor, variablesEditor, headersEditor, resultPane,
    read, untilReads, tabNames, openTab, focus, typeOver, pasteOver, run, reload,
  };
}
