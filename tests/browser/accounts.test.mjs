// Walks through accounts as a new user does: the first admin from the command line, then all else
// in the explorer at /graphiql, first with cookies and then with a token.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openExplorer, STEP_LIMIT_MS } from './explorer.mjs';
import { startServer } from './server.mjs';

const EMAIL = 'ada@example.org';
const PASSWORD = 'seven quiet harbours';
const WHO = '{ me { email role } users { totalCount } }';

const server = await startServer();
const explorer = await openExplorer(server, 'accounts').catch(async (error) => {
  await server.stop();
  throw error;
});
const { page, context, faults, picture, queryEditor, headersEditor, resultPane } = explorer;
const { untilReads, focus, typeOver, pasteOver, reload } = explorer;

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

/** Types an operation and runs it. */
async function runTyped(operation, expected) {
  await typeOver(queryEditor(), operation);
  return explorer.run(expected);
}

function logIn(password, cookies) {
  const choice = cookies ? ', cookies: true' : '';
  const result = 'session { accessToken csrfToken user { email } } userErrors { __typename code message }';
  return `mutation { logIn(input: { email: "${EMAIL}", password: "${password}"${choice} }) { ${result} } }`;
}

/** The names of the session's cookies that the browser has. */
async function cookieNames() {
  const cookies = await context.cookies();
  return cookies.map(({ name }) => name).sort();
}

/** The browser writes an error for each answer 401, once it has all of it: nothing else may be there. */
async function assertOnlyRefusals() {
  await page.waitForTimeout(200);
  const complaints = faults.splice(0);
  assert.ok(complaints.length > 0);
  for (const complaint of complaints) {
    assert.match(complaint, /^console error: .*401 \(Unauthorized\)|^error answer: 401 .*\/graphql$/);
  }
}

async function assertVisitor() {
  const { answer } = await runTyped(WHO);
  assert.equal(answer.data?.me ?? null, null);
  assert.equal(answer.errors[0].extensions.code, 'UNAUTHENTICATED');
  await untilReads(resultPane(), /"UNAUTHENTICATED"/);
}

async function assertAdmin(users) {
  const sent = await runTyped(WHO);
  assert.deepEqual(sent.answer, { data: { me: { email: EMAIL, role: 'ADMIN' }, users: { totalCount: users } } });
  const result = await untilReads(resultPane(), /"role": "ADMIN"/);
  assert.match(result, new RegExp(`"totalCount": ${users}`));
  return sent;
}

step('makes the first admin beside the running server', async () => {
  const words = ['user', 'create', '--email', EMAIL, '--name', 'Ada', '--role', 'admin', '--password-stdin'];
  const { status, output } = await server.command(words, `${PASSWORD}\n`);
  assert.equal(status, 0, output);
});

step('tells a visitor to log in', assertVisitor);

step('answers a wrong password with a typed user error', async () => {
  const { answer } = await runTyped(logIn('seven quiet havens', true));
  assert.equal(answer.data.logIn.session, null);
  const [error] = answer.data.logIn.userErrors;
  assert.deepEqual([error.__typename, error.code], ['InvalidCredentials', 'INVALID_CREDENTIALS']);
  await untilReads(resultPane(), /the e-mail address or the password is wrong/);
  assert.deepEqual(await cookieNames(), []);
  await picture('wrong-password');
});

step('logs in with cookies', async () => {
  const { answer } = await runTyped(logIn(PASSWORD, true));
  const { session, userErrors } = answer.data.logIn;
  assert.deepEqual(userErrors, []);
  assert.equal(session.accessToken, null, 'no script sees the token');
  assert.deepEqual(await cookieNames(), ['__Host-imprenta-access', '__Host-imprenta-csrf', '__Host-imprenta-refresh']);
  const readable = await page.evaluate(() => document.cookie);
  assert.equal(readable, `__Host-imprenta-csrf=${session.csrfToken}`, 'nor do its cookies show it');
  await picture('logged-in');
});

step('answers as that admin, with nothing to paste', async () => {
  const { headers } = await assertAdmin(1);
  assert.equal(headers.authorization, undefined);
  await picture('authorised');
});

step('changes things, since the explorer sends the CSRF token', async () => {
  const input = '{ email: "grace@example.org", name: "Grace", role: EDITOR }';
  const { headers, answer } = await runTyped(
    `mutation { createUser(input: ${input}) { user { email role } userErrors { message } } }`,
  );
  assert.ok(headers['x-csrf-token']);
  assert.deepEqual(answer.data.createUser, { user: { email: 'grace@example.org', role: 'EDITOR' }, userErrors: [] });
  await untilReads(resultPane(), /"role": "EDITOR"/);
});

step('renews the session by its cookie', async () => {
  const { answer } = await runTyped('mutation { refreshSession { session { expiresIn } userErrors { message } } }');
  assert.deepEqual(answer.data.refreshSession, { session: { expiresIn: 900 }, userErrors: [] });
});

step('renews it by itself where the access token has ended', async () => {
  await context.clearCookies({ name: '__Host-imprenta-access' });
  await typeOver(queryEditor(), WHO);
  await explorer.run({ status: 401 });
  await untilReads(resultPane(), /"role": "ADMIN"/);
  assert.equal((await cookieNames()).length, 3);
  await assertOnlyRefusals();
});

step('stays logged in on reload', async () => {
  await reload();
  await untilReads(headersEditor(), /"Bearer "/);
  await assertAdmin(2);
});

step('ends the session', async () => {
  const { answer } = await runTyped('mutation { logOut { loggedOut userErrors { message } } }');
  assert.deepEqual(answer.data.logOut, { loggedOut: true, userErrors: [] });
  assert.deepEqual(await cookieNames(), []);
  await assertVisitor();
});

step('works with a token that is pasted into the headers', async () => {
  const { answer } = await runTyped(logIn(PASSWORD, false));
  const token = answer.data.logIn.session.accessToken;
  assert.deepEqual(await cookieNames(), []);
  await pasteOver(headersEditor(), JSON.stringify({ Authorization: `Bearer ${token}` }));
  const { headers } = await assertAdmin(2);
  assert.equal(headers.authorization, `Bearer ${token}`);
  await picture('token');
});

step('refuses the token once its session is over', async () => {
  await runTyped('mutation { logOut { loggedOut } }');
  const { answer } = await runTyped(WHO, { status: 401 });
  assert.equal(answer.errors[0].extensions.code, 'UNAUTHENTICATED');
  await untilReads(resultPane(), /the session of this access token has ended/);
  await picture('refused');
  await assertOnlyRefusals();
});

step('writes no password and no token to disk', async () => {
  await focus(queryEditor());
  await typeOver(queryEditor(), `${logIn(PASSWORD, true)} # Last`);
  await page.waitForFunction(() => localStorage.getItem('graphiql:tabState')?.includes('# Last'));
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  assert.match(stored, /createUser/, 'the history is kept');
  assert.match(stored, new RegExp(EMAIL));
  assert.doesNotMatch(stored, /quiet|Bearer e/);
});
