// The control socket's file: a left-over is removed only when nobody answers on it, and it is never readable by others, not even
// for the moment between bind and chmod.

import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { RelayError } from '../../core/errors.js';

/** sockaddr_un.sun_path less its closing zero: 108 on Linux, 104 on macOS and the BSDs. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103;

function checkLength(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_PATH_BYTES) return;
  throw new RelayError(
    'daemon.socket_path_too_long',
    `the socket path has ${bytes} bytes, at most ${MAX_PATH_BYTES} work`,
    {
      why: `the operating system does not take longer ones: ${path}`,
      fix: 'set server.socket in the config file to a shorter path, such as /run/relay/relay.sock',
    },
  );
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    // Only a refusal shows that nobody is behind it. EACCES: somebody else's; EAGAIN: too busy to take one more; EPROTOTYPE: no daemon of
    // ours, but alive.
    probe.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
    );
  });
}

async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new RelayError('daemon.cannot_listen', `${path} exists and is not a socket`, {
      fix: 'move that file away, or set server.socket in the config file to another path',
    });
  }
  if (await isAnswered(path)) {
    throw new RelayError('daemon.already_running', `a daemon already listens on ${path}`, {
      fix: 'see it with: relay status; stop it before starting another',
    });
  }
  rmSync(path, { force: true });
}

/**
 * Makes `server` listen on a unix socket of mode 0600.
 * @throws RelayError daemon.socket_path_too_long, daemon.already_running, daemon.cannot_listen
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  checkLength(path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  await removeStale(path);
  const listening = new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  // The bind happens inside listen(), before it returns: the mask is in force for that call alone.
  const mask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  await listening;
  chmodSync(path, 0o600);
}
