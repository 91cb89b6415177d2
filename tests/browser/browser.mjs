// Opens a browser that can reach nothing but loopback, and watches it.
import { chromium } from 'playwright-core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The second lock, should there be no network namespace: no name resolves.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export async function openBrowser() {
  const profile = await mkdtemp(join(tmpdir(), 'imprenta-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0, // Chromium refuses its sandbox to root
    args: ARGUMENTS,
    headless: true,
    viewport: { width: 1440, height: 1100 },
    colorScheme: 'light',
  });
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { context, close };
}

// Monaco restarts its JSON worker once the schema is known; breaking off the first
// one's loading is no fault. A worker that is missing answers 404 and is noted.
const isWorker = (request) => /\/[a-z]+\.worker-\w+\.js$/.test(request.url());

/**
 * Collects everything that must not happen: requests to another host, failed
 * ones, error answers, console errors, uncaught exceptions, policy violations.
 * `leave(action)` leaves the page once no request is under way. The page may
 * begin another one at that moment: that it is broken off is no fault.
 */
export async function watch(context, origin) {
  const faults = [];
  const note = (kind, text) => faults.push(`${kind}: ${text}`);
  const underWay = new Set();
  let leaving = false;
  const isOurs = (url) => url.startsWith(`${origin}/`) || url.startsWith('data:');

  context.on('request', (request) => isWorker(request) || underWay.add(request));
  context.on('requestfinished', (request) => underWay.delete(request));
  context.on('requestfailed', (request) => underWay.delete(request));
  context.on('request', (request) => isOurs(request.url()) || note('foreign request', request.url()));
  context.on('requestfailed', (request) => {
    const { errorText } = request.failure();
    const brokenOff = errorText === 'net::ERR_ABORTED' && (leaving || isWorker(request));
    if (!brokenOff) note('failed request', `${request.url()} ${errorText}`);
  });
  context.on('response', (response) => response.status() >= 400 && note('error answer', `${response.status()} ${response.url()}`));
  context.on('weberror', (error) => note('uncaught exception', error.error().stack));
  context.on('console', (message) => {
    const refused = /content security policy/i.test(message.text());
    if (refused || ['error', 'warning'].includes(message.type())) note(`console ${message.type()}`, message.text());
  });
  await context.exposeBinding('__policyViolation', (_source, text) => note('policy violation', text));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      window.__policyViolation(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  const settled = async () => {
    for (let tries = 0; underWay.size > 0 && tries < 100; tries += 1) await sleep(100);
  };
  const leave = async (action) => {
    await settled();
    leaving = true;
    await action();
    leaving = false;
  };
  return { faults, leave };
}
