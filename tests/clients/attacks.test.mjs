// What scanners of GraphQL servers try, graphql-cop's checks above all. What is meant to stay is said
// last, with the switch that takes it away.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import { startServer } from '../browser/server.mjs';
import { ENDPOINT, ORIGIN, logIn, send } from './blog.mjs';

/** The largest answer to what is refused, in bytes. */
const SMALL = 4_096;

/** Asserts that a document was not executed, and that this was said in few words. */
async function assertRefused(query, ...codes) {
  const { answer } = await send(query);
  assert.equal(answer.data, undefined);
  assert.ok(codes.includes(answer.errors[0].extensions.code), JSON.stringify(answer.errors[0]));
  assert.ok(JSON.stringify(answer).length < SMALL, 'the answer is small');
}

const INVALID = 'GRAPHQL_VALIDATION_FAILED';

test('many aliases of one field are refused', async () => {
  const aliases = Array.from({ length: 101 }, (_, index) => `alias${index}: __typename`);
  await assertRefused(`query cop { ${aliases.join('\n')} }`, 'TOO_COMPLEX');
});

test('thousands of the same field are refused', async () => {
  await assertRefused(`query cop { ${'__typename '.repeat(20_000)} }`, 'TOO_COMPLEX');
});

test('thousands of unknown fields get a small answer', async () => {
  const unknown = Array.from({ length: 3_000 }, (_, index) => `unknown${index}`);
  await assertRefused(`query cop { health { ${unknown.join(' ')} } }`, 'TOO_COMPLEX', INVALID);
});

test('fragments that spread each other without end are refused', async () => {
  await assertRefused('query cop { ...a } fragment a on Query { ...b } fragment b on Query { ...a }', INVALID);
});

test('fragments that spread to billions of fields are refused', async () => {
  const fragments = Array.from({ length: 12 }, (_, level) => {
    const inner = level === 11 ? '__typename' : `...f${level + 1} `.repeat(8);
    return `fragment f${level} on Query { ${inner} }`;
  });
  await assertRefused(`query cop { ...f0 } ${fragments.join(' ')}`, 'TOO_COMPLEX');
});

test('brackets without end are refused', async () => {
  await assertRefused(`query cop { posts(first: ${'['.repeat(100_000)}) { totalCount } }`, 'GRAPHQL_PARSE_FAILED', 'TOO_COMPLEX');
  await assertRefused(`query cop ${'{a:'.repeat(100_000)}`, 'GRAPHQL_PARSE_FAILED', 'TOO_COMPLEX');
});

test('repeated directives are refused, and not each answered by an error', async () => {
  for (const directives of ['@aa'.repeat(10), '@skip(if: false) '.repeat(10)]) {
    const { answer } = await send(`query cop { __typename ${directives} }`);
    assert.equal(answer.data, undefined);
    assert.ok(answer.errors.length <= 5);
  }
});

test('introspection in circles is refused', async () => {
  await assertRefused(
    'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }',
    'TOO_COMPLEX',
    INVALID,
  );
});

test('the introspection of every tool is answered', async () => {
  const { answer } = await send(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true }));
  assert.equal(answer.errors, undefined);
  assert.ok(buildClientSchema(answer.data).getType('Post'));
});

test('a list of operations is refused', async () => {
  const body = JSON.stringify(Array(10).fill({ query: 'query cop { __typename }' }));
  const response = await fetch(ENDPOINT, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  assert.equal(response.status, 400);
  assert.equal((await response.json()).errors[0].extensions.code, 'BAD_REQUEST');
});

test('a mutation by GET is refused', async () => {
  const response = await fetch(`${ENDPOINT}?query=${encodeURIComponent('mutation cop { __typename }')}`);
  assert.equal(response.status, 405);
  assert.equal(response.headers.get('allow'), 'POST');
  assert.equal((await response.json()).data, undefined);
});

// What a browser sends to another site without asking that first.
const form = new URLSearchParams({ query: 'query cop { __typename }' });
const multipart = new FormData();
multipart.set('operations', '{ "query": "{ __typename }" }');
multipart.set('map', '{}');
const json = JSON.stringify({ query: '{ __typename }' });
const FOREIGN = {
  'a form': { body: form },
  'a form of many parts': { body: multipart },
  'JSON as plain text': { body: json, headers: { 'content-type': 'text/plain' } },
  'JSON of no type': { body: new Blob([json]) },
  'a document as such': { body: '{ __typename }', headers: { 'content-type': 'application/graphql' } },
};
for (const [what, request] of Object.entries(FOREIGN)) {
  test(`${what} is not taken for a request`, async () => {
    const response = await fetch(ENDPOINT, { method: 'POST', ...request });
    assert.equal(response.status, 415);
    assert.equal((await response.json()).data, undefined);
  });
}

test('no page elsewhere may read the answers with its visitor\'s cookies', async () => {
  const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
  const response = await fetch(ENDPOINT, { method: 'OPTIONS', headers: preflight });
  assert.equal(response.headers.get('access-control-allow-origin'), null);
  assert.equal(response.headers.get('access-control-allow-credentials'), null);
});

test('nobody gets a trace of the execution', async () => {
  const asking = { 'apollo-federation-include-trace': 'ftv1', 'x-apollo-tracing': '1', 'x-debug': '1' };
  const { answer } = await send('query cop { health { status } }', {}, asking);
  assert.equal(answer.extensions, undefined);
  for (const query of ['query cop { __typename }', 'query cop { nothing }']) {
    assert.doesNotMatch(JSON.stringify((await send(query, {}, asking)).answer), /tracing|ftv1|debug/i);
  }
});

test('what does not parse is said without a look inside', async () => {
  const { answer } = await send('qwerty cop { abc }');
  assert.deepEqual(Object.keys(answer.errors[0].extensions), ['code', 'requestId']);
  assert.equal(answer.errors[0].extensions.code, 'GRAPHQL_PARSE_FAILED');
  assert.doesNotMatch(JSON.stringify(answer), /exception|stack|panic|\.rs\b|async|serde|pest/i);
});

test('the line that does not parse is not repeated', async () => {
  await assertRefused(`query cop { health { status } } ${'%'.repeat(3_000)}`, 'GRAPHQL_PARSE_FAILED');
});

test('no answer names the program or its version', async () => {
  const response = await fetch(ENDPOINT);
  for (const name of ['server', 'x-powered-by', 'via']) assert.equal(response.headers.get(name), null);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
});

test('passwords are not tried by the hundred in one request', async () => {
  const attempt = 'logIn(input: { email: "nobody@example.org", password: "canary" }) { userErrors { code } }';
  const attempts = Array.from({ length: 100 }, (_, index) => `a${index}: ${attempt}`);
  await assertRefused(`mutation cop { ${attempts.join(' ')} }`, 'TOO_COMPLEX');
});

test('the server is as it was after all that', async () => {
  const { status, answer } = await send('{ health { status } }');
  assert.deepEqual([status, answer.data.health.status], [200, 'ok']);
  assert.ok(await logIn());
});

// What graphql-cop reports and is meant: a public API says what it has to give, and queries change
// nothing. Where it is not meant, settings take it away.
test('meant: queries by GET, introspection, suggestions and the explorer', async () => {
  const byGet = await fetch(`${ENDPOINT}?query=${encodeURIComponent('query cop { __typename }')}`);
  assert.deepEqual(await byGet.json(), { data: { __typename: 'Query' } });
  const { answer } = await send('query cop { __schema { types { name } } }');
  assert.ok(answer.data.__schema.types.length > 0);
  const suggestion = await send('query cop { __schema { directive } }');
  assert.match(suggestion.answer.errors[0].message, /directive/);
  assert.equal((await fetch(`${ORIGIN}/graphiql`)).status, 200);
});

test('INTROSPECTION=off and GRAPHIQL=off take them away', async () => {
  const closed = await startServer({ INTROSPECTION: 'off', GRAPHIQL: 'off' });
  after(() => closed.stop());
  const ask = async (query) => {
    const body = JSON.stringify({ query });
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`${closed.origin}/graphql`, { method: 'POST', headers, body })).json();
  };
  for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Post") { name } }']) {
    const answer = await ask(query);
    assert.equal(answer.data?.__schema ?? answer.data?.__type ?? null, null, query);
  }
  for (const query of ['{ healt { status } }', '{ health { statu } }', '{ health { status } post(by: { slu: "a" }) { id } }']) {
    const [{ message }] = (await ask(query)).errors;
    assert.doesNotMatch(message, /[Dd]id you mean|"(health|status|slug)"/);
  }
  assert.equal((await fetch(`${closed.origin}/graphiql`)).status, 404);
  const home = await fetch(`${closed.origin}/`, { headers: { accept: 'text/html' }, redirect: 'manual' });
  assert.doesNotMatch(home.headers.get('location') ?? '', /graphiql/);
});
