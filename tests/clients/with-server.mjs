// Runs a command with a server of its own: `node with-server.mjs node --test some.test.mjs`.
//
// The command finds the server in its environment: IMPRENTA_ORIGIN, IMPRENTA_PID, and the e-mail
// address and the password of its only user, an admin. Its exit status becomes this one's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startServer } from '../browser/server.mjs';

const EMAIL = 'ada@example.org';
const PASSWORD = 'a canary in seven quiet harbours';

const [program, ...words] = process.argv.slice(2);
if (!program) {
  console.error('usage: node with-server.mjs COMMAND…');
  process.exit(2);
}

// What the shell sends to stop goes to the command, too; the server is then stopped as ever.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

const server = await startServer();
try {
  const user = ['user', 'create', '--email', EMAIL, '--name', 'Ada', '--role', 'admin', '--password-stdin'];
  const { status, output } = await server.command(user, `${PASSWORD}\n`);
  if (status !== 0) throw new Error(`no admin: ${output}`);
  const told = {
    IMPRENTA_ORIGIN: server.origin,
    IMPRENTA_PID: String(server.pid),
    IMPRENTA_EMAIL: EMAIL,
    IMPRENTA_PASSWORD: PASSWORD,
  };
  const child = spawn(program, words, { env: { ...process.env, ...told }, stdio: 'inherit' });
  const [exitStatus] = await once(child, 'exit');
  process.exitCode = exitStatus ?? 1;
} finally {
  await server.stop();
}
