// Bundles the explorer into OUT (default: dist/). Every file but index.html has
// a content hash in its name, and every file has a gzip copy beside it.
import { build } from 'esbuild';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = resolve(process.env.OUT || join(HERE, 'dist'));
const PUBLIC_PATH = '/graphiql/assets';

const COMMON = {
  absWorkingDir: HERE,
  outdir: OUT,
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: 'none', // the licences go into a file of their own
  metafile: true,
  target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'],
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
  publicPath: PUBLIC_PATH,
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

/** Classic scripts: what `new Worker(url)` loads everywhere. */
function buildWorkers() {
  return build({
    ...COMMON,
    format: 'iife',
    entryPoints: {
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    },
  });
}

/**
 * GraphiQL prettifies JSON with Prettier's whole JavaScript parser and printer;
 * ours does the same for JSON alone and spares half a megabyte.
 */
const SMALL_JSON_FORMATTER = {
  'prettier/plugins/estree': './src/json-formatter.js',
  'prettier/parser-babel': './src/json-formatter.js',
};

/** The page itself; Monaco and the prettifier are chunks it loads. */
function buildPage(workers) {
  return build({
    ...COMMON,
    format: 'esm',
    splitting: true,
    jsx: 'automatic',
    entryPoints: { explorer: 'src/main.jsx' },
    define: { ...COMMON.define, __WORKERS__: JSON.stringify(workers) },
    loader: { '.ttf': 'file' },
    alias: SMALL_JSON_FORMATTER,
  });
}

/** The public URL of the output whose name starts and ends like this. */
function publicUrl({ metafile }, start, end) {
  const names = Object.keys(metafile.outputs).map((path) => basename(path));
  const found = names.filter((name) => name.startsWith(`${start}-`) && name.endsWith(end));
  if (found.length !== 1) throw new Error(`expected one ${start}-*${end}, got ${found}`);
  return `${PUBLIC_PATH}/${found[0]}`;
}

/** The folders of the packages whose code really is in the bundle. */
function bundledPackages(results) {
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const folders = inputs.map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(folders.filter(Boolean))].sort();
}

/** Their licences ask to travel with the code. */
async function licences(results) {
  const parts = [];
  for (const folder of bundledPackages(results)) {
    const { name, version, license } = JSON.parse(await readFile(join(HERE, folder, 'package.json')));
    const files = (await readdir(join(HERE, folder))).filter((file) =>
      /^(licen[cs]e|notice|thirdpartynotices)/i.test(file),
    );
    const texts = await Promise.all(files.sort().map((file) => readFile(join(HERE, folder, file), 'utf8')));
    parts.push([`==== ${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n'));
  }
  return `${parts.join('\n\n\n')}\n`;
}

/** The entry's stylesheet holds those of the lazy chunks too; nothing links to theirs. */
async function dropOrphanedStyles() {
  const names = await readdir(OUT);
  const orphans = names.filter((name) => name.startsWith('chunk-') && name.endsWith('.css'));
  await Promise.all(orphans.map((name) => rm(join(OUT, name))));
}

async function compressAll() {
  for (const name of await readdir(OUT)) {
    const raw = await readFile(join(OUT, name));
    await writeFile(join(OUT, `${name}.gz`), gzipSync(raw, { level: 9 }));
  }
}

// Refuse to empty a folder that somebody keeps other things in.
if (relative(HERE, OUT) === '' || HERE.startsWith(`${OUT}/`)) throw new Error('OUT holds the sources');
await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });

const workers = await buildWorkers();
const page = await buildPage({
  editor: publicUrl(workers, 'editor.worker', '.js'),
  json: publicUrl(workers, 'json.worker', '.js'),
  graphql: publicUrl(workers, 'graphql.worker', '.js'),
});
const html = (await readFile(join(HERE, 'src/index.html'), 'utf8'))
  .replace('%STYLE%', publicUrl(page, 'explorer', '.css'))
  .replace('%SCRIPT%', publicUrl(page, 'explorer', '.js'));
await writeFile(join(OUT, 'index.html'), html);
await writeFile(join(OUT, 'third-party-licenses.txt'), await licences([workers, page]));
await dropOrphanedStyles();
await compressAll();
