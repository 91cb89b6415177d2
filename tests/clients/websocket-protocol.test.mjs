// graphql-transport-ws to the letter, message by message.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import { ORIGIN } from './blog.mjs';
import { CHANGES } from './subscriptions.mjs';

const ADDRESS = `${ORIGIN.replace('http', 'ws')}/graphql/ws`;
const sockets = [];
after(() => sockets.forEach((socket) => socket.terminate()));

/** A connection: `say` sends a message, `heard` gives the next, `closed` how the server ended it. */
async function connect(protocols = ['graphql-transport-ws'], options = {}) {
  const socket = new WebSocket(ADDRESS, protocols, options);
  sockets.push(socket);
  const waiting = [];
  const told = [];
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    if (waiting.length > 0) waiting.shift()(message);
    else told.push(message);
  });
  const closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })));
  await once(socket, 'open');
  return {
    socket,
    closed,
    say: (message) => socket.send(JSON.stringify(message)),
    heard: () => (told.length > 0 ? Promise.resolve(told.shift()) : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** A connection that is acknowledged. */
async function acknowledged() {
  const connection = await connect();
  connection.say({ type: 'connection_init' });
  assert.deepEqual(await connection.heard(), { type: 'connection_ack' });
  return connection;
}

/** The status of a handshake that is refused. */
async function refusal(protocols, options) {
  const socket = new WebSocket(ADDRESS, protocols, options);
  const [, response] = await once(socket, 'unexpected-response');
  response.resume();
  return response;
}

async function assertCloses(connection, code) {
  const closed = await connection.closed;
  assert.equal(closed.code, code);
  assert.notEqual(closed.reason, '');
  assert.ok(Buffer.byteLength(closed.reason) <= 123, 'a legal frame');
}

const subscribe = (id, query, more = {}) => ({ id, type: 'subscribe', payload: { query, ...more } });

test('the subprotocol is graphql-transport-ws', async () => {
  const { socket } = await connect(['graphql-ws', 'graphql-transport-ws']);
  assert.equal(socket.protocol, 'graphql-transport-ws');
});

test('other subprotocols are refused at the handshake', async () => {
  assert.equal((await refusal(['graphql-ws'])).statusCode, 400);
});

test('no subprotocol: 4406', async () => {
  await assertCloses(await connect([]), 4406);
});

test('pages of other sites are refused at the handshake', async () => {
  assert.equal((await refusal('graphql-transport-ws', { origin: 'https://evil.example' })).statusCode, 403);
});

test('a request that is no handshake is told so', async () => {
  const response = await fetch(ADDRESS.replace('ws', 'http'));
  assert.equal(response.status, 426);
  assert.match((await response.json()).errors[0].message, /graphql-transport-ws/);
});

const INVALID = {
  'what is not JSON': '{',
  'a list': '[]',
  'null': 'null',
  'no type': '{}',
  'an unknown type': '{"type":"start","id":"1","payload":{"query":"{ __typename }"}}',
  'subscribe without an id': '{"type":"subscribe","payload":{"query":"{ __typename }"}}',
  'subscribe with a number as id': '{"type":"subscribe","id":1,"payload":{"query":"{ __typename }"}}',
  'subscribe with an empty id': '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}',
  'subscribe without a payload': '{"type":"subscribe","id":"1"}',
  'subscribe without a query': '{"type":"subscribe","id":"1","payload":{}}',
  'subscribe with a number as query': '{"type":"subscribe","id":"1","payload":{"query":1}}',
  'subscribe with a list of variables': '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","variables":[]}}',
  'complete without an id': '{"type":"complete"}',
  'a text of many lines': 'no\nJSON '.repeat(1_000),
};
for (const [what, message] of Object.entries(INVALID)) {
  test(`${what}: 4400`, async () => {
    const connection = await acknowledged();
    connection.socket.send(message);
    await assertCloses(connection, 4400);
  });
}

test('a binary message: 4400', async () => {
  const connection = await acknowledged();
  connection.socket.send(Buffer.from('{"type":"ping"}'));
  await assertCloses(connection, 4400);
});

test('a payload of connection_init that is no object: 4400', async () => {
  const connection = await connect();
  connection.say({ type: 'connection_init', payload: 'Bearer canary' });
  await assertCloses(connection, 4400);
});

test('subscribe before the acknowledgement: 4401', async () => {
  const connection = await connect();
  connection.say(subscribe('1', '{ __typename }'));
  await assertCloses(connection, 4401);
});

test('credentials that are not valid: 4403', async () => {
  for (const payload of [{ authorization: 'Bearer canary' }, { Authorization: 'Bearer canary' }, { authorization: 1 }]) {
    const connection = await connect();
    connection.say({ type: 'connection_init', payload });
    await assertCloses(connection, 4403);
  }
});

test('no connection_init: 4408', async () => {
  await assertCloses(await connect(), 4408);
});

test('the id of an operation that is under way: 4409', async () => {
  const connection = await acknowledged();
  connection.say(subscribe('1', CHANGES));
  assert.equal((await connection.heard()).type, 'next');
  connection.say(subscribe('1', '{ __typename }'));
  await assertCloses(connection, 4409);
});

test('a second connection_init: 4429', async () => {
  const connection = await acknowledged();
  connection.say({ type: 'connection_init' });
  await assertCloses(connection, 4429);
});

test('a second connection_init before the acknowledgement: 4429', async () => {
  const connection = await connect();
  connection.say({ type: 'connection_init' });
  connection.say({ type: 'connection_init' });
  await assertCloses(connection, 4429);
});

test('a message of more than 1 MiB ends the connection', async () => {
  const connection = await acknowledged();
  connection.say(subscribe('1', `{ __typename } #${'a'.repeat(1024 * 1024)}`));
  assert.notEqual((await connection.closed).code, 1000);
});

test('more operations than one connection may have end it', async () => {
  const connection = await acknowledged();
  for (let id = 1; id <= 101; id += 1) connection.say(subscribe(String(id), CHANGES));
  await assertCloses(connection, 1008);
});

test('ping is answered by pong, with its payload, at any time', async () => {
  const connection = await connect();
  connection.say({ type: 'ping' });
  assert.deepEqual(await connection.heard(), { type: 'pong' });
  connection.say({ type: 'connection_init' });
  assert.deepEqual(await connection.heard(), { type: 'connection_ack' });
  connection.say({ type: 'ping', payload: { at: 7 } });
  assert.deepEqual(await connection.heard(), { type: 'pong', payload: { at: 7 } });
});

test('pong is taken without an answer, asked for or not', async () => {
  const connection = await acknowledged();
  connection.say({ type: 'pong', payload: { at: 7 } });
  connection.say({ type: 'ping' });
  assert.deepEqual(await connection.heard(), { type: 'pong' });
});

test('a ping frame of WebSocket itself is answered', async () => {
  const { socket } = await connect();
  socket.ping('canary');
  const [payload] = await once(socket, 'pong');
  assert.equal(String(payload), 'canary');
});

test('a query: next and complete', async () => {
  const connection = await acknowledged();
  connection.say(subscribe('q', 'query ($a: Boolean!) { __typename health @include(if: $a) { status } }', { variables: { a: true } }));
  const next = await connection.heard();
  assert.deepEqual(next, { id: 'q', type: 'next', payload: { data: { __typename: 'Query', health: { status: 'ok' } } } });
  assert.deepEqual(await connection.heard(), { id: 'q', type: 'complete' });
});

test('what is not executed: error, no complete, and the id is free again', async () => {
  const connection = await acknowledged();
  for (const query of ['{ nothing }', '{', 'subscription { nothing }']) {
    connection.say(subscribe('e', query));
    const { id, type, payload } = await connection.heard();
    assert.deepEqual([id, type], ['e', 'error']);
    assert.ok(payload[0].message && payload[0].extensions.code);
  }
  connection.say({ type: 'ping' });
  assert.equal((await connection.heard()).type, 'pong');
});

test('an error of a field: next with data, and complete', async () => {
  const connection = await acknowledged();
  connection.say(subscribe('p', '{ node(id: "nobody\'s") { id } health { status } }'));
  const { type, payload } = await connection.heard();
  assert.equal(type, 'next');
  assert.deepEqual(payload.data, { node: null, health: { status: 'ok' } });
  assert.equal(payload.errors[0].extensions.code, 'BAD_USER_INPUT');
  assert.equal((await connection.heard()).type, 'complete');
});

test('complete frees the id, and what is unknown is ignored', async () => {
  const connection = await acknowledged();
  connection.say({ type: 'complete', id: 'never heard of' });
  connection.say(subscribe('c', CHANGES));
  assert.equal((await connection.heard()).type, 'next');
  connection.say({ type: 'complete', id: 'c' });
  connection.say({ type: 'complete', id: 'c' });
  connection.say(subscribe('c', '{ __typename }'));
  assert.deepEqual(await connection.heard(), { id: 'c', type: 'next', payload: { data: { __typename: 'Query' } } });
  assert.deepEqual(await connection.heard(), { id: 'c', type: 'complete' });
});

test('a normal closure is answered by one', async () => {
  const connection = await acknowledged();
  connection.socket.close(1000, 'Normal Closure');
  assert.equal((await connection.closed).code, 1000);
});
