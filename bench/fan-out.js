// One event to a thousand URLs: from the request that publishes it to the arrival of the last delivery. The floor is a process that does
// nothing but post the same number of bodies, over as many connections, with undici. In turns, on one sink.
// Run as a process, it is that floor: `node fan-out.js <sink url> <count>`.

import { request } from 'node:http';
import { join } from 'node:path';
import { startChild } from './child.js';
import { sleep } from './measure.js';
import { prepareRelay } from './relay.js';
import { median, millis } from './report.js';

const URLS = 1_000;
const ROUNDS = 10;
/** Between rounds: what was delivered is settled and on disk. */
const REST_MS = 1_000;
const LIMIT_MS = 60_000;
const DATA = { version: '1.4.2', notes: 'n'.repeat(900) };

/** @param {import('node:http').RequestOptions} to @param {string} body */
function post(to, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request({ method: 'POST', headers, ...to }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', reject).end(body);
  });
}

/** ms until `URLS` messages have come. @param {import('./run.js').Bench} bench @param {() => Promise<unknown>} begin */
async function timeRound({ sink }, begin) {
  let come = 0;
  const start = performance.now();
  const all = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`only ${come} of ${URLS} came`)), LIMIT_MS);
    sink.listen(() => {
      come++;
      if (come < URLS) return;
      clearTimeout(timer);
      resolve(performance.now() - start);
    });
  });
  const status = await begin();
  if (Number(status) >= 300) throw new Error(`the event was answered ${status}`);
  return /** @type {Promise<number>} */ (all);
}

/** @param {import('./run.js').Bench} bench @returns {Promise<import('./run.js').Part>} */
export async function measureFanOut(bench) {
  const { sink, say } = bench;
  const relay = await prepareRelay({ sinkUrl: sink.url, concurrency: 1, fanOut: URLS });
  const daemon = await relay.start();
  const floor = await startChild([import.meta.filename, sink.url, String(URLS)], { ready: /http:\S+/ });
  const event = JSON.stringify({ type: 'bench.fanned', data: DATA });
  const publish = () => post({ socketPath: join(relay.dir, 'relay.sock'), path: '/api/v1/events' }, event);
  const url = new URL(/** @type {string} */ (floor.match[0]));
  const spread = () => post({ host: url.hostname, port: url.port, path: '/' }, event);
  /** @type {[number[], number[]]} */
  const [ours, bare] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const one = await timeRound(bench, publish);
    await sleep(REST_MS);
    const other = await timeRound(bench, spread);
    // The first round opens the connections.
    if (round === 0) continue;
    ours.push(one);
    bare.push(other);
  }
  say(
    `fan-out: ${ours.map((ms) => Math.round(ms)).join(' ')} ms, floor ${bare.map((ms) => Math.round(ms)).join(' ')} ms`,
  );
  await daemon.stop();
  await floor.stop();
  relay.remove();
  const ratio = median(ours.map((ms, round) => ms / /** @type {number} */ (bare[round])));
  const row = {
    what: 'one event to 1,000 URLs, published → last arrival',
    budget: '',
    measured: millis(median(ours)),
    floor: millis(median(bare)),
    ratio: ratio.toFixed(1),
    ok: null,
  };
  return { rows: [row], detail: { ours, floor: bare } };
}

/** @param {URL} target @param {number} count */
async function serveFloor(target, count) {
  const { createServer } = await import('node:http');
  const { Pool } = await import('undici');
  const pool = new Pool(target.origin, { connections: count });
  const headers = { 'content-type': 'application/json' };
  const server = createServer((incoming, response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      response.end('{}');
      const body = Buffer.concat(chunks);
      for (let i = 0; i < count; i++) {
        pool
          .request({ method: 'POST', path: target.pathname, headers, body })
          .then((answer) => answer.body.dump())
          .catch((error) => process.stderr.write(`floor: ${error.message}\n`));
      }
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address !== 'string')
      process.stdout.write(`http://127.0.0.1:${address.port}/\n`);
  });
  process.on('SIGTERM', () => process.exit(0));
}

if (process.argv[1] === import.meta.filename) {
  await serveFloor(new URL(process.argv[2] ?? ''), Number(process.argv[3]));
}
