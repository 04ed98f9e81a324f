// A backlog: the same rate, little memory and a quick restart while a million deliveries wait.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cpuSeconds, residentBytes } from './child.js';
import { measureThroughput, sleep } from './measure.js';
import { prepareRelay } from './relay.js';
import { median, megabytes, millis, perSecond } from './report.js';

const BUDGET_RATIO = 0.8;
const BUDGET_RESIDENT_BYTES = 300e6;
const BUDGET_RESTART_MS = 3_000;
/** Deliveries that are due when the daemon starts: the first of them tells how long the start took. */
const DUE = 1_000;

/** @param {string} dataDir @param {number} count */
function preload(dataDir, count) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'preload.js'), dataDir, String(count), String(DUE)],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(undefined) : reject(new Error(`preload ended with ${code}`)),
    );
  });
}

/** A relay that is measured again and again under ever new group keys. @param {import('./run.js').Bench} bench */
async function prepareSubject({ plan, sink, say }) {
  const relay = await prepareRelay({ sinkUrl: sink.url, concurrency: plan.connections });
  /** @type {Awaited<ReturnType<typeof measureThroughput>>[]} */
  const results = [];
  let first = 0;
  return {
    relay,
    results,
    /** @param {string} name @param {number} pid */
    async measure(name, pid) {
      const cpu = () => cpuSeconds(pid);
      const result = await measureThroughput({ ...plan, sink, target: relay.target, first, cpu });
      first += result.sent;
      results.push(result);
      const { deliveredPerSecond, accepted, delivered, refused } = result;
      say(`${name}: ${perSecond(deliveredPerSecond)}, ${accepted - delivered} lost, ${refused} refused`);
    },
  };
}

/**
 * Starts the daemon and waits for the deliveries that were due. Times in ms from the start of the process.
 * @param {import('./run.js').Bench} bench
 * @param {Awaited<ReturnType<typeof prepareRelay>>} relay
 */
async function timeRestart({ sink, say }, relay) {
  let arrivals = 0;
  let firstArrival = Number.NaN;
  sink.listen((_sequence, at) => {
    if (arrivals++ === 0) firstArrival = at;
  });
  const startedAt = performance.now();
  const daemon = await relay.start(120_000);
  const listeningMs = performance.now() - startedAt;
  for (let waited = 0; waited < 60_000 && arrivals < DUE; waited += 20) await sleep(20);
  const restartMs = firstArrival - startedAt;
  say(
    `restart: listening after ${millis(listeningMs)}, first delivery after ${millis(restartMs)}, ${arrivals} of ${DUE} due`,
  );
  return { daemon, listeningMs, restartMs };
}

/** @param {import('./run.js').Bench} bench @returns {Promise<import('./run.js').Part>} */
export async function measureWaiting(bench) {
  const { plan, say } = bench;
  const idle = await prepareSubject(bench);
  const laden = await prepareSubject(bench);
  say(`writing ${plan.waiting} waiting deliveries`);
  await preload(join(laden.relay.dir, 'data'), plan.waiting);
  const { daemon, listeningMs, restartMs } = await timeRestart(bench, laden.relay);
  const other = await idle.relay.start();
  for (let round = 0; round < plan.rounds; round++) {
    await idle.measure('nothing waiting', other.pid);
    await laden.measure(`${plan.waiting} waiting`, daemon.pid);
  }
  const memory = residentBytes(daemon.pid);
  await daemon.stop();
  await other.stop();
  const databaseBytes = laden.relay.databaseBytes();
  for (const { relay } of [idle, laden]) relay.remove();
  const empty = idle.results;
  const full = laden.results;

  const emptyRate = median(empty.map((result) => result.deliveredPerSecond));
  const fullRate = median(full.map((result) => result.deliveredPerSecond));
  const many = plan.waiting.toLocaleString('en-US');
  const lost = full.some((result) => result.delivered < result.accepted);
  const rows = [
    {
      what: `rate with ${many} waiting`,
      budget: '≥ 0.8 of the rate with none',
      measured: perSecond(fullRate) + (lost ? ' (LOST SOME)' : ''),
      floor: perSecond(emptyRate),
      ratio: (fullRate / emptyRate).toFixed(2),
      ok: fullRate / emptyRate >= BUDGET_RATIO && !lost,
    },
    {
      what: `resident memory with ${many} waiting, at its highest`,
      budget: `≤ ${megabytes(BUDGET_RESIDENT_BYTES)}`,
      measured: megabytes(memory.peak),
      floor: '',
      ratio: '',
      ok: memory.peak <= BUDGET_RESIDENT_BYTES,
    },
    {
      what: `restart → first delivery with ${many} waiting`,
      budget: `≤ ${millis(BUDGET_RESTART_MS)}`,
      measured: millis(restartMs),
      floor: '',
      ratio: '',
      ok: restartMs <= BUDGET_RESTART_MS,
    },
  ];
  return { rows, detail: { empty, full, memory, restartMs, listeningMs, databaseBytes } };
}
