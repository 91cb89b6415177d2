// Starts the real server on a free port with a data directory of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const BINARY =
  process.env.IMPRENTA_BIN || fileURLToPath(new URL('../../target/debug/imprenta', import.meta.url));
const START_LIMIT_MS = 90_000; // the first start creates a database
const STOP_LIMIT_MS = 20_000;
const LOG_TAIL = 8_000;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function isReady(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function untilReady(origin, hasEnded) {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (hasEnded()) throw new Error('the server ended before it was ready');
    if (await isReady(`${origin}/health/ready`)) return;
    await sleep(100);
  }
  throw new Error(`the server was not ready within ${START_LIMIT_MS} ms`);
}

/** Ends the server by its process id; only one that does not listen is killed. */
async function stop(child, ended) {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return;
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(late);
}

/** Runs another command of the program, with a text on its standard input, to its end. */
async function runCommand(env, commandLine, input) {
  const child = spawn(BINARY, commandLine, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk) => (output += chunk);
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.stdin.end(input);
  const [status] = await once(child, 'close');
  return { status, output };
}

/**
 * Resolves to `{ origin, pid, command, stop }`; what the server logged is shown if it fails.
 * `settings` are environment variables of the server's.
 */
export async function startServer(settings = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'imprenta-test-'));
  const port = await freePort();
  const own = { DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: String(port), LOG_FORMAT: 'json' };
  const env = { ...process.env, ...own, ...settings };
  const child = spawn(BINARY, [], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (chunk) => (log = (log + chunk).slice(-LOG_TAIL));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', (error) => resolve(keep(error))));
  let over = false;
  ended.then(() => (over = true));

  const origin = `http://127.0.0.1:${port}`;
  const cleanUp = async () => {
    await stop(child, ended);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await untilReady(origin, () => over);
  } catch (error) {
    await cleanUp();
    throw new Error(`${error.message} (${BINARY})\n${log}`);
  }
  const command = (commandLine, input = '') => runCommand(env, commandLine, input);
  return { origin, pid: child.pid, command, stop: cleanUp };
}
