// graphql-sse to the letter, request by request.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ENDPOINT, ORIGIN, bearer, done, logIn, publishedPosts } from './blog.mjs';
import { CHANGES, follow } from './subscriptions.mjs';

const STREAM = `${ORIGIN}/graphql/stream`;
const EVENTS = { accept: 'text/event-stream' };
const JSON_BODY = { 'content-type': 'application/json' };
const open = new AbortController();
after(() => open.abort());

/** A request whose answer may last until the tests are over. */
const request = (address, options = {}) => fetch(address, { signal: open.signal, ...options });

/** The events of an answer, as `{ event, data }` with the text of its data. */
async function* events(response) {
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const lines = block.split('\n').filter((line) => !line.startsWith(':'));
      const field = (name) => lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trim();
      if (lines.length > 0 && block !== '') yield { event: field('event'), data: field('data'), lines };
    }
  }
}

const ask = (body, headers = {}) =>
  request(STREAM, { method: 'POST', headers: { ...JSON_BODY, ...EVENTS, ...headers }, body: JSON.stringify(body) });

async function all(iterator) {
  const found = [];
  for await (const each of iterator) found.push(each);
  return found;
}

test('distinct: the stream is one of events that no proxy keeps', async () => {
  const response = await ask({ query: CHANGES });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^text\/event-stream(; ?charset=utf-8)?$/);
  assert.match(response.headers.get('cache-control'), /no-cache|no-store/);
  assert.equal(response.headers.get('x-accel-buffering'), 'no');
  await response.body.cancel();
});

test('distinct: a stream begins at once, with a comment', async () => {
  const response = await ask({ query: 'subscription { postPublished { id } }' });
  const { value } = await response.body.getReader().read();
  assert.match(Buffer.from(value).toString(), /^:.*\n\n/);
});

test('distinct: a query is next and complete, each of one line of data', async () => {
  const got = await all(events(await ask({ query: '{ __typename }' })));
  assert.deepEqual(got.map(({ event }) => event), ['next', 'complete']);
  assert.deepEqual(JSON.parse(got[0].data), { data: { __typename: 'Query' } });
  assert.deepEqual(got[1].lines.map((line) => line.trim()), ['event: complete', 'data:'], 'EventSource needs the empty data');
});

test('distinct: EventSource asks by GET, and at /graphql, too', async () => {
  for (const address of [STREAM, ENDPOINT]) {
    const response = await request(`${address}?query=${encodeURIComponent('{ __typename }')}`, { headers: EVENTS });
    const [next] = await all(events(response));
    assert.deepEqual(JSON.parse(next.data), { data: { __typename: 'Query' } });
  }
});

for (const query of ['{ nothing }', '{', 'subscription { nothing }', 'subscription { __typename postPublished { id } }']) {
  test(`distinct: ${query} is refused within the stream`, async () => {
    const response = await ask({ query });
    assert.equal(response.status, 200);
    const got = await all(events(response));
    assert.deepEqual(got.map(({ event }) => event), ['next', 'complete']);
    const { data, errors } = JSON.parse(got[0].data);
    assert.equal(data, undefined);
    assert.ok(errors[0].extensions.code);
  });
}

test('distinct: a mutation by GET changes nothing', async () => {
  const own = await logIn();
  const mutation = encodeURIComponent('mutation { logOut { loggedOut } }');
  const response = await request(`${STREAM}?query=${mutation}`, { headers: { ...EVENTS, ...bearer(own) } });
  const said = await response.text();
  assert.doesNotMatch(said, /loggedOut/);
  await done('{ me { id } }', {}, own);
});

test('distinct: a body that a browser sends unasked is refused', async () => {
  const response = await request(STREAM, { method: 'POST', headers: EVENTS, body: new URLSearchParams({ query: '{ __typename }' }) });
  assert.equal(response.status, 415);
});

test('distinct: who accepts no events gets none', async () => {
  const response = await request(STREAM, { method: 'POST', headers: { ...JSON_BODY, accept: 'application/json' }, body: '{"query":"{ __typename }"}' });
  assert.equal(response.status, 406);
});

test('distinct: other methods are refused', async () => {
  const response = await request(STREAM, { method: 'PATCH' });
  assert.equal(response.status, 405);
  assert.match(response.headers.get('allow'), /GET/);
});

/** A reserved stream: its token, and how to send requests that name it. */
async function reserve(headers = {}) {
  const response = await request(STREAM, { method: 'PUT', headers });
  assert.equal(response.status, 201);
  const token = await response.text();
  const named = { 'x-graphql-event-stream-token': token, ...headers };
  return {
    token,
    open: (more = {}) => request(STREAM, { headers: { ...EVENTS, ...named, ...more } }),
    ask: (query, operationId, more = {}) => {
      const extensions = operationId === undefined ? {} : { operationId };
      return request(STREAM, { method: 'POST', headers: { ...JSON_BODY, ...named, ...more }, body: JSON.stringify({ query, extensions }) });
    },
    end: (query) => request(`${STREAM}${query}`, { method: 'DELETE', headers: named }),
  };
}

/** The next event of the operation with this id. */
async function nextOf(stream, id) {
  for (;;) {
    const { value } = await stream.next();
    const data = JSON.parse(value.data);
    if (data.id === id) return { event: value.event, payload: data.payload };
  }
}

test('single: a token is long, of letters for an address, and each time another', async () => {
  const [first, second] = [await reserve(), await reserve()];
  assert.match(first.token, /^[\w-]{22,}$/);
  assert.notEqual(first.token, second.token);
});

test('single: an operation is accepted, and answered on the stream under its id', async () => {
  const reserved = await reserve();
  const response = await reserved.open();
  assert.equal(response.status, 200);
  const stream = events(response);
  assert.equal((await reserved.ask('{ __typename }', 'a')).status, 202);
  assert.deepEqual(await nextOf(stream, 'a'), { event: 'next', payload: { data: { __typename: 'Query' } } });
  assert.deepEqual(await nextOf(stream, 'a'), { event: 'complete', payload: undefined });
});

test('single: what is asked for before the stream is opened comes when it is', async () => {
  const reserved = await reserve();
  assert.equal((await reserved.ask('{ __typename }', 'early')).status, 202);
  const stream = events(await reserved.open());
  assert.equal((await nextOf(stream, 'early')).event, 'next');
});

test('single: EventSource names its token in the address', async () => {
  const { token } = await reserve();
  const response = await request(`${STREAM}?token=${token}`, { headers: EVENTS });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^text\/event-stream/);
});

test('single: a stream is opened once', async () => {
  const reserved = await reserve();
  assert.equal((await reserved.open()).status, 200);
  assert.equal((await reserved.open()).status, 409);
});

test('single: a token that nobody reserved is not found', async () => {
  const unknown = { 'x-graphql-event-stream-token': 'canary' };
  assert.equal((await request(STREAM, { headers: { ...EVENTS, ...unknown } })).status, 404);
  assert.equal((await request(STREAM, { method: 'POST', headers: { ...JSON_BODY, ...unknown }, body: '{"query":"{ __typename }","extensions":{"operationId":"a"}}' })).status, 404);
  assert.equal((await request(`${STREAM}?operationId=a`, { method: 'DELETE', headers: unknown })).status, 404);
});

test('single: nobody else uses a stream', async () => {
  const reserved = await reserve(bearer(await logIn()));
  const asVisitor = { ...EVENTS, 'x-graphql-event-stream-token': reserved.token };
  assert.equal((await request(STREAM, { headers: asVisitor })).status, 404);
  assert.equal((await reserved.open()).status, 200);
});

test('single: an operation without an id is refused', async () => {
  const reserved = await reserve();
  assert.equal((await reserved.ask('{ __typename }')).status, 400);
});

test('single: the id of an operation that is under way is refused', async () => {
  const reserved = await reserve();
  const stream = events(await reserved.open());
  assert.equal((await reserved.ask(CHANGES, 'a')).status, 202);
  await nextOf(stream, 'a');
  assert.equal((await reserved.ask(CHANGES, 'a')).status, 409);
});

test('single: what is no GraphQL request is answered at once, as over HTTP', async () => {
  const reserved = await reserve();
  await reserved.open();
  for (const query of [undefined, 7]) assert.equal((await reserved.ask(query, 'a')).status, 400);
});

test('single: what cannot be executed is answered at once, as over HTTP', async () => {
  const reserved = await reserve();
  await reserved.open();
  for (const query of ['{', '{ nothing }']) {
    const response = await reserved.ask(query, 'a', { accept: 'application/graphql-response+json' });
    assert.equal(response.status, 400, query);
    assert.ok((await response.json()).errors[0].extensions.code);
  }
});

test('single: DELETE ends an operation, and its id is free', async () => {
  const reserved = await reserve();
  const stream = events(await reserved.open());
  await reserved.ask(CHANGES, 'ended');
  await nextOf(stream, 'ended');
  assert.equal((await reserved.end('?operationId=ended')).status, 200);
  // What happens now reaches one that begins later, and not the one that has ended.
  await reserved.ask(CHANGES, 'other');
  const answers = { next: async () => ({ done: false, value: (await nextOf(stream, 'other')).payload }) };
  const { changeOf } = await follow(answers);
  const token = await logIn();
  const { posts: [post] } = await publishedPosts(token, 1);
  assert.equal((await changeOf(post.id)).kind, 'APPEARED');
  assert.equal((await reserved.ask('{ __typename }', 'ended')).status, 202);
  assert.deepEqual((await nextOf(stream, 'ended')).payload, { data: { __typename: 'Query' } });
});

test('single: DELETE of what is not under way changes nothing, without an id it is refused', async () => {
  const reserved = await reserve();
  assert.equal((await reserved.end('?operationId=never')).status, 200);
  assert.equal((await reserved.end('')).status, 400);
});

test('single: a stream that its client leaves is forgotten', async () => {
  const reserved = await reserve();
  const leaving = new AbortController();
  const response = await request(STREAM, {
    headers: { ...EVENTS, 'x-graphql-event-stream-token': reserved.token },
    signal: leaving.signal,
  });
  await response.body.getReader().read();
  leaving.abort();
  // The server hears of it when it comes by there.
  let status;
  do ({ status } = await reserved.ask('{ __typename }', 'a')); while (status !== 404);
  assert.equal(status, 404);
});
