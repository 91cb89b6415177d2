// A server that executes the documents of a manifest and no others.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../browser/server.mjs';

/** Resolves to `{ endpoint, send, stop }`; `send` POSTs a body. */
export async function startTrusting(manifest) {
  const folder = await mkdtemp(join(tmpdir(), 'imprenta-trusted-'));
  const file = join(folder, 'manifest.json');
  await writeFile(file, JSON.stringify(manifest));
  const settings = { GRAPHQL_TRUSTED_DOCUMENTS: file, GRAPHQL_TRUSTED_ONLY: 'true' };
  const server = await startServer(settings).catch(async (error) => {
    await rm(folder, { recursive: true });
    throw error;
  });
  const endpoint = `${server.origin}/graphql`;
  const send = async (body) => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  };
  return { endpoint, send, stop };
}

/** Asserts that a visitor's own document is refused. */
export async function assertLocked({ send }) {
  const answer = await send({ query: '{ __typename }' });
  assert.equal(answer.data, undefined);
  assert.ok(answer.errors[0].extensions.code);
}
