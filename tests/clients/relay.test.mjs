// A session of Relay: relay-compiler on the schema, and what it made run by relay-runtime.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import relay from 'relay-runtime';
import { bearer, logIn, postInput, publishedPosts, send } from './blog.mjs';
import { assertLocked, startTrusting } from './trusted.mjs';

const { ConnectionHandler, Environment, Network, RecordSource, Store, commitLocalUpdate, commitMutation, fetchQuery } = relay;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'imprenta-relay-'));
after(() => rm(folder, { recursive: true, force: true }));

/** Compiles the sources; resolves to what the compiler says and the documents that it persisted. */
async function compile() {
  await cp(here('relay'), join(folder, 'src'), { recursive: true });
  await cp(here('../../schema.graphql'), join(folder, 'schema.graphql'));
  const config = {
    src: './src',
    schema: './schema.graphql',
    language: 'javascript',
    eagerEsModules: true,
    artifactDirectory: './artifacts',
    customScalarTypes: { DateTime: 'string', JSON: 'mixed' },
    persistConfig: { file: './persisted.json', algorithm: 'SHA256' },
  };
  await mkdir(join(folder, 'artifacts'));
  await writeFile(join(folder, 'persisted.json'), '{}');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
  const program = here('node_modules/relay-compiler/cli.js');
  const said = await promisify(execFile)(process.execPath, [program, 'relay.config.json'], { cwd: folder });
  return { said: said.stdout + said.stderr, persisted: JSON.parse(await readFile(join(folder, 'persisted.json'), 'utf8')) };
}

const { said, persisted } = await compile();
const token = await logIn();
const { tag, posts } = await publishedPosts(token, 3);

/** The compiled operation with this name. */
async function artifact(name) {
  return (await import(pathToFileURL(join(folder, `artifacts/${name}.graphql.js`)))).default;
}

/** A store that sends each operation's persisted document. */
function environment(headers = {}) {
  const network = Network.create(async ({ id }, variables) => (await send(persisted[id], variables, headers)).answer);
  return new Environment({ network, store: new Store(new RecordSource()) });
}

const run = (relayEnvironment, operation, variables) => fetchQuery(relayEnvironment, operation, variables).toPromise();

test('the compiler compiles the schema and all operations without a warning', () => {
  assert.doesNotMatch(said, /warn|error/i);
  assert.match(said, /compiled/i, said);
});

test('the compiler persists each operation under the hash of its text', () => {
  const names = Object.values(persisted).map((text) => /^(?:query|mutation) (\w+)/m.exec(text)[1]);
  assert.deepEqual(names.sort(), [
    'sessionCreateMutation',
    'sessionListPaginationQuery',
    'sessionListQuery',
    'sessionNodeQuery',
    'sessionRouteQuery',
  ]);
  for (const [id, text] of Object.entries(persisted)) {
    assert.equal(id, createHash('sha256').update(text).digest('hex'));
  }
});

/** The list's connection as the store has it, all pages that it has joined: `{ id, titles, after }`. */
function connection(relayEnvironment) {
  let found;
  commitLocalUpdate(relayEnvironment, (store) => {
    const record = ConnectionHandler.getConnection(store.getRoot(), 'session_posts', { filter: { tag: { slug: tag } } });
    const nodes = record.getLinkedRecords('edges').map((edge) => edge.getLinkedRecord('node'));
    const pageInfo = record.getLinkedRecord('pageInfo');
    const more = pageInfo.getValue('hasNextPage');
    const cursor = more ? pageInfo.getValue('endCursor') : null;
    found = { id: record.getDataID(), titles: nodes.map((node) => node.getValue('title')), cursor };
  });
  return found;
}

test('walks the pages of a @connection, which its store joins', async () => {
  const relayEnvironment = environment();
  await run(relayEnvironment, await artifact('sessionListQuery'), { tag, count: 2 });
  const { titles, cursor } = connection(relayEnvironment);
  assert.deepEqual(titles, ['Post 3', 'Post 2']);
  await run(relayEnvironment, await artifact('sessionListPaginationQuery'), { tag, count: 2, cursor });
  const joined = connection(relayEnvironment);
  assert.deepEqual([joined.titles, joined.cursor], [['Post 3', 'Post 2', 'Post 1'], null]);
});

test('finds an object again by its global id', async () => {
  const [{ id, slug }] = posts;
  const found = await run(environment(), await artifact('sessionNodeQuery'), { id });
  assert.deepEqual([found.node.__typename, found.node.id], ['Post', id]);
  const { route } = await run(environment(), await artifact('sessionRouteQuery'), { path: `/${slug}` });
  assert.deepEqual([route.__typename, route.title], ['Post', 'Post 3']);
});

test('puts what a mutation made into the list', async () => {
  const relayEnvironment = environment(bearer(token));
  await run(relayEnvironment, await artifact('sessionListQuery'), { tag, count: 2 });
  const connections = [connection(relayEnvironment).id];
  const mutation = await artifact('sessionCreateMutation');
  const input = await postInput(token, { title: 'Made by Relay' });
  const { createPost } = await new Promise((onCompleted, onError) => {
    commitMutation(relayEnvironment, { mutation, variables: { input, connections }, onCompleted, onError });
  });
  assert.deepEqual(createPost.userErrors, []);
  assert.equal(connection(relayEnvironment).titles[0], 'Made by Relay');
});

test('rejects an answer without data', async () => {
  const list = run(environment(), await artifact('sessionListQuery'), { tag, count: -1 });
  await assert.rejects(list, /first: -1 is not within/);
});

test('a server with its manifest executes what it compiled, by id, and nothing else', async (context) => {
  const trusting = await startTrusting(persisted);
  context.after(() => trusting.stop());
  const { params } = await artifact('sessionRouteQuery');
  const { data } = await trusting.send({ doc_id: params.id, variables: { path: '/nowhere' } });
  assert.deepEqual(data, { route: null });
  await assertLocked(trusting);
});
