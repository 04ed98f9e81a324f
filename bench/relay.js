// Relay as the benchmark runs it: the compiled product in a process of its own on a temporary folder, one source of the alertmanager
// pack, one signed outgoing webhook that points at the sink, everything else as it comes.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './child.js';

export const BIN = join(import.meta.dirname, '..', 'bin', 'relay.js');
/** The config takes no more. */
const URLS_A_WEBHOOK = 20;
const KEY = 'bench-key-0123456789abcdef';

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param {{ dir: string, port: number, sinkUrl: string, concurrency: number, fanOut?: number }} options */
function configText({ dir, port, sinkUrl, concurrency, fanOut = 0 }) {
  const webhook = (/** @type {string} */ name, /** @type {string} */ url) => ({
    name,
    urls: [{ url, method: 'POST' }],
    events: ['incident.triggered'],
    format: 'standard',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    concurrency,
  });
  const urls = Array.from({ length: fanOut }, (_, index) => ({ url: `${sinkUrl}/${index}` }));
  const fanned = Array.from({ length: Math.ceil(fanOut / URLS_A_WEBHOOK) }, (_, index) => ({
    ...webhook(`fanned-${index}`, sinkUrl),
    urls: urls.slice(index * URLS_A_WEBHOOK, (index + 1) * URLS_A_WEBHOOK),
    events: ['bench.fanned'],
  }));
  // YAML takes JSON as it is.
  return JSON.stringify({
    server: { listen: `127.0.0.1:${port}`, socket: join(dir, 'relay.sock') },
    data: join(dir, 'data'),
    channels: [{ name: 'ops' }],
    sources: [{ name: 'load', pack: 'alertmanager', channel: 'ops', key: KEY }],
    // The second one is there for the backlog: preload.js pauses it.
    webhooks: [
      webhook('sink', sinkUrl),
      { ...webhook('parked', sinkUrl), events: ['bench.nothing'] },
      ...fanned,
    ],
  });
}

/**
 * A folder with a config, and the daemon on it whenever it is started.
 * @param {{ sinkUrl: string, concurrency: number, fanOut?: number }} options `fanOut`: URLs that hear `bench.fanned`
 */
export async function prepareRelay(options) {
  const dir = mkdtempSync(join(tmpdir(), 'relay-bench-'));
  const port = await freePort();
  const config = join(dir, 'relay.yaml');
  writeFileSync(config, configText({ dir, port, ...options }));
  const database = join(dir, 'data', 'relay.db');
  return {
    dir,
    config,
    database,
    target: `http://127.0.0.1:${port}/in/load/${KEY}`,
    start: (timeoutMs = 30_000) =>
      startChild([BIN, 'serve', '--config', config], {
        ready: new RegExp(`127\\.0\\.0\\.1:${port}`),
        cwd: dir,
        env: { NO_COLOR: '1' },
        timeoutMs,
      }),
    /** Bytes on disk, the write-ahead log included. */
    databaseBytes() {
      let bytes = 0;
      for (const suffix of ['', '-wal']) {
        bytes += statSync(database + suffix, { throwIfNoEntry: false })?.size ?? 0;
      }
      return bytes;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/**
 * Wall time in ms of one run of `node <args>` to its end.
 * @param {readonly string[]} args
 * @param {string} cwd
 */
export function timeNode(args, cwd) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, args, {
      cwd,
      stdio: 'ignore',
      env: { ...process.env, NO_COLOR: '1' },
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 || code === 8
        ? resolve(performance.now() - start)
        : reject(new Error(`node ${args.join(' ')} ended with ${code}`)),
    );
  });
}
