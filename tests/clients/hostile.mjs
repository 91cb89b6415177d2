// Measures what hostile requests cost the server: `npm run hostile`, for a table of time and memory,
// or `npm run hostile -- WebSocket` for the rows with that word.
//
// Memory is the growth of the server's peak above what it had before (VmHWM over VmRSS), so what a
// request needs for a moment counts, too. Numbers of a debug build are several times those of a
// release: name one with IMPRENTA_BIN. Not a test: a busy machine is no failure of the server's.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { ENDPOINT, ORIGIN, bearer, logIn } from './blog.mjs';

const PROCESS = `/proc/${process.env.IMPRENTA_PID}`;
const { hostname, port, host } = new URL(ORIGIN);
const TIME_LIMIT_MS = 500;
const MEMORY_LIMIT_MIB = 50;
/** A slow client is cut off after 10 seconds. */
const SLOW_LIMIT_MS = 12_000;

async function mebibytes(name) {
  const status = await readFile(`${PROCESS}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1024;
}

/** POSTs a body; resolves to what became of it. */
async function post(body, headers = {}) {
  const sent = { 'content-type': 'application/json', ...headers };
  const response = await fetch(ENDPOINT, { method: 'POST', headers: sent, body });
  const text = await response.text();
  return `${response.status}, ${text.length} bytes`;
}

const query = (text, variables) => () => post(JSON.stringify({ query: text, variables }));
const times = (count, text) => Array.from({ length: count }, (_, index) => text(index)).join(' ');

/**
 * Writes to a connection of its own; resolves to the first line of the answer, as soon as that is there,
 * or when the server closes it without one. After a refusal it stays open for a moment: the server takes
 * what is still under way (RFC 9112, section 9.6).
 */
async function raw(write) {
  const socket = connect({ host: hostname, port, allowHalfOpen: true });
  let answer = '';
  const settled = new Promise((resolve) => {
    socket.on('data', (chunk) => (answer += chunk).includes('\r\n') && resolve());
    socket.on('close', resolve);
  });
  socket.on('error', () => {}).on('end', () => socket.end());
  await once(socket, 'connect');
  const clock = await write(socket);
  await settled;
  clearInterval(clock);
  socket.destroy();
  return answer ? answer.split('\r\n', 1)[0] : 'closed without an answer';
}

/** Writes a byte a second, for as long as the server takes them. */
const trickle = (head) => () =>
  raw((socket) => {
    socket.write(head);
    return setInterval(() => socket.write('a'), 1_000);
  });

const POST_HEAD = `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`;
const megabyte = 'a'.repeat(1024 * 1024 - 256);

function fragmentBomb(levels) {
  const bomb = times(levels, (level) => `fragment f${level} on Query { ${`...f${level + 1} `.repeat(8)} }`);
  return `{ ...f0 } ${bomb} fragment f${levels} on Query { __typename }`;
}

async function idleSockets(count) {
  const sockets = [];
  for (let index = 0; index < count; index += 1) {
    const socket = new WebSocket(`${ORIGIN.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws');
    sockets.push(socket);
    const [kind] = await Promise.race([once(socket, 'open').then(() => ['open']), once(socket, 'error').then(() => ['error'])]);
    if (kind === 'error') return 'not served here';
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
  }
  const held = await mebibytes('VmRSS');
  for (const socket of sockets) socket.terminate();
  return `${count} open, ${held.toFixed(0)} MiB in all`;
}

const token = await logIn();
const searched = encodeURIComponent('{ posts(first: 1) { totalCount } }');

// What it is, what is sent, and how long it may take where that is not TIME_LIMIT_MS.
const CASES = [
  ['an ordinary request', query('{ posts(first: 10) { nodes { title } } }')],
  ...[5, 6, 7, 10, 20].map((levels) => [`a bomb of ${levels} levels of fragments`, query(fragmentBomb(levels))]),
  ['100,000 [', query(`{ posts(first: ${'['.repeat(100_000)}) { totalCount } }`)],
  ['100,000 {a:', query(`{ posts(filter: ${'{a:'.repeat(100_000)}) { totalCount } }`)],
  ['100,000 { of fields', query('{ a '.repeat(100_000))],
  ['100,000 [ of JSON', () => post('['.repeat(100_000))],
  ['100,000 {"a": of JSON', () => post('{"a":'.repeat(100_000))],
  ['100,000 [ in a variable', () => post(`{"query":"query ($v: [Int]) { __typename }","variables":{"v":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`)],
  ['5,000 times the same field', query(`{ health { ${times(5_000, () => 'status')} } }`)],
  ['5,000 overlapping fields that differ', query(`{ health { ${times(5_000, (index) => `a: f${index}`)} } }`)],
  ['1,000 overlapping selections', query(`{ ${times(1_000, () => 'posts(first: 1) { nodes { author { name } } }')} }`)],
  ['30,000 unknown fields', query(`{ health { ${times(30_000, (index) => `f${index}`)} } }`)],
  ['30,000 aliases', query(`{ health { ${times(30_000, (index) => `f${index}: status`)} } }`)],
  ['20,000 directives', query(`{ health { status ${'@a'.repeat(20_000)} } }`)],
  ['10,000 unused fragments', query(`{ __typename } ${times(10_000, (index) => `fragment f${index} on Query { __typename }`)}`)],
  ['10,000 operations', query(times(10_000, (index) => `query q${index} { __typename }`))],
  ['10,000 variables', query(`query (${times(10_000, (index) => `$v${index}: Int`)}) { __typename }`)],
  ['introspection in circles', query(`{ __schema { types ${'{ fields { type '.repeat(8)} { name } ${'} }'.repeat(8)} } }`)],
  ['a document of 1 MiB of comments', query(`${'#'.repeat(1_000_000)}\n{ __typename }`)],
  ['a name of 1 MiB', query(`{ ${megabyte} }`)],
  ['a search of 1 MiB', query('query ($s: String) { posts(search: $s) { totalCount } }', { s: megabyte })],
  ['a slug of 1 MiB', query('query ($s: String) { post(by: { slug: $s }) { id } }', { s: megabyte })],
  ['a path of 1 MiB', query('query ($s: String!) { route(path: $s) { __typename } }', { s: megabyte })],
  ['an id of 1 MiB', query('query ($s: ID!) { node(id: $s) { id } }', { s: megabyte })],
  ['a cursor of 1 MiB', query('query ($s: String) { posts(after: $s) { totalCount } }', { s: megabyte })],
  ['a password of 1 MiB', query('mutation ($s: String!) { logIn(input: { email: "a@example.org", password: $s }) { userErrors { code } } }', { s: megabyte })],
  ['a token of 30 KiB', () => post('{"query":"{ __typename }"}', bearer('a'.repeat(30 * 1024)))],
  ['4 MiB from a visitor', () => post(JSON.stringify({ query: 'a'.repeat(4 * 1024 * 1024 - 64) }))],
  ['a post of 4 MiB from a writer', () => post(JSON.stringify({ query: 'a'.repeat(4 * 1024 * 1024 - 64) }), bearer(token))],
  ['100 MiB announced', () => raw((socket) => { socket.write(`${POST_HEAD}content-length: 104857600\r\n\r\n`); })],
  ['a head of 1 MiB', () => raw((socket) => { socket.write(`${POST_HEAD}x: ${megabyte}\r\n\r\n`); })],
  ['10,000 headers', () => raw((socket) => { socket.write(`${POST_HEAD}${times(10_000, (index) => `x${index}: a\r\n`).replaceAll(' x', 'x')}\r\n`); })],
  ['an address of 100 KiB', () => raw((socket) => { socket.write(`GET /graphql?query=${'a'.repeat(100 * 1024)} HTTP/1.1\r\nhost: ${host}\r\n\r\n`); })],
  ['a socket that is closed after half a head', () => raw((socket) => { socket.end('POST /graphql HTTP/1.1\r\nhost: a'); })],
  ['a socket that is closed after half a body', () => raw((socket) => { socket.end(`${POST_HEAD}content-length: 1000\r\n\r\n{"query":`); })],
  ['a socket that is closed for writing after a request', () => raw((socket) => { socket.end(`GET /graphql?query=${searched} HTTP/1.1\r\nhost: ${host}\r\n\r\n`); })],
  ['200 sockets that say nothing', async () => { await Promise.all(Array.from({ length: 200 }, () => raw(() => {}))); return 'closed'; }, SLOW_LIMIT_MS],
  ['a slow head', trickle('POST /graphql HTTP/1.1\r\nx: '), SLOW_LIMIT_MS],
  ['a slow body', trickle(`${POST_HEAD}content-length: 1000\r\n\r\n`), SLOW_LIMIT_MS],
  ['1,000 idle WebSockets', () => idleSockets(1_000), SLOW_LIMIT_MS],
];

// What the first requests need once is none of the cases'.
for (let round = 0; round < 5; round += 1) await CASES[0][1]();

const chosen = CASES.filter(([what]) => what.includes(process.argv[2] ?? ''));
let worst = 0;
console.log(`${'milliseconds'.padStart(12)} ${'MiB'.padStart(6)}  request: answer`);
for (const [what, send, limit = TIME_LIMIT_MS] of chosen) {
  // Sets the peak back to what there is now (proc(5)).
  await writeFile(`${PROCESS}/clear_refs`, '5');
  const before = await mebibytes('VmRSS');
  const started = performance.now();
  const answer = await send().catch((error) => error.cause?.code ?? error.message);
  const took = performance.now() - started;
  const grown = (await mebibytes('VmHWM')) - before;
  const beyond = took > limit || grown > MEMORY_LIMIT_MIB;
  worst += beyond;
  console.log(`${took.toFixed(0).padStart(12)} ${grown.toFixed(1).padStart(6)}${beyond ? '!' : ' '} ${what}: ${answer}`);
}
console.log(`${worst} of ${chosen.length} beyond ${TIME_LIMIT_MS} ms (${SLOW_LIMIT_MS} ms for the slow) or ${MEMORY_LIMIT_MIB} MiB`);
