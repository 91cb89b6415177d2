// graphql-codegen makes TypeScript of the schema and of a program's operations, which then has to
// compile as strictly as TypeScript can, and writes the manifest of its documents.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { done, logIn, postInput, publishedPosts } from './blog.mjs';
import { assertLocked, startTrusting } from './trusted.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'imprenta-codegen-'));
after(() => rm(folder, { recursive: true, force: true }));

/** Runs a program of a package: `{ status, output }`. */
async function run(program, ...words) {
  const started = promisify(execFile)(process.execPath, [here(`node_modules/${program}`), ...words], { cwd: folder });
  const { code = 0, stdout, stderr } = await started.catch((error) => error);
  return { status: code, output: stdout + stderr };
}

async function prepare() {
  await cp(here('codegen'), folder, { recursive: true });
  await cp(here('../../schema.graphql'), join(folder, 'schema.graphql'));
  await symlink(here('node_modules'), join(folder, 'node_modules'));
  const codegen = {
    schema: 'schema.graphql',
    documents: 'session.ts',
    generates: {
      './made/': {
        preset: 'client',
        presetConfig: { persistedDocuments: { hashAlgorithm: 'sha256' } },
        // The schema's scalars are all named: one that is not would be `any`.
        config: { strictScalars: true, scalars: { DateTime: 'string', JSON: 'unknown' }, enumsAsTypes: true, useTypeImports: true },
      },
    },
  };
  const compilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    noEmit: true,
    skipLibCheck: false,
    types: [],
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'codegen.json'), JSON.stringify(codegen));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['session.ts'] }));
  const wrong = { extends: './tsconfig.json', files: ['wrong.ts'] };
  await writeFile(join(folder, 'tsconfig.wrong.json'), JSON.stringify(wrong));
}

await prepare();
const made = await run('@graphql-codegen/cli/cjs/bin.js', '--config', 'codegen.json');
const manifest = JSON.parse(await readFile(join(folder, 'made/persisted-documents.json'), 'utf8').catch(() => '{}'));
const compiled = await run('typescript/bin/tsc', '--project', 'tsconfig.json');

/** The text in the manifest of the operation with this name. */
const persisted = (name) => Object.values(manifest).find((text) => text.includes(` ${name}(`));

test('codegen takes the schema and every operation', () => {
  assert.equal(made.status, 0, made.output);
  assert.doesNotMatch(made.output, /warn|deprecat/i);
});

test('what it made compiles strictly', () => {
  assert.deepEqual(compiled, { status: 0, output: '' });
});

test('an operation that is typed wrongly does not compile', async () => {
  const session = join(folder, 'session.ts');
  const wrong = (await readFile(session, 'utf8')).replace('publish: false', "publish: 'no'");
  await writeFile(join(folder, 'wrong.ts'), wrong);
  const { status, output } = await run('typescript/bin/tsc', '--project', 'tsconfig.wrong.json');
  assert.notEqual(status, 0);
  assert.match(output, /^wrong\.ts\(\d+,\d+\): error TS2322: Type 'string' is not assignable to type 'boolean'\.?\n/);
});

test('the manifest has each operation under the hash of its text', () => {
  assert.equal(Object.keys(manifest).length, 2);
  for (const [id, text] of Object.entries(manifest)) {
    assert.equal(id, `sha256:${createHash('sha256').update(text).digest('hex')}`);
  }
});

test('the server executes what the manifest has', async () => {
  const token = await logIn();
  const { tag } = await publishedPosts(token, 2);
  const { posts } = await done(persisted('List'), { tag, first: 1, after: null }, token);
  assert.deepEqual([posts.totalCount, posts.nodes[0].title], [2, 'Post 1']);
  const input = await postInput(token, { title: 'Typed' });
  const { createPost } = await done(persisted('Create'), { input }, token);
  assert.equal(createPost.post.version, 1);
});

test('a server with the manifest executes what it has, by id, and nothing else', async (context) => {
  const trusting = await startTrusting(manifest);
  context.after(() => trusting.stop());
  const [documentId] = Object.entries(manifest).find(([, text]) => text.includes('query List('));
  const { data } = await trusting.send({ documentId, variables: { tag: 'nowhere' } });
  assert.equal(data.posts.totalCount, 0);
  await assertLocked(trusting);
});
