// A backlog: the same rate, little memory and a quick restart while a million deliveries wait.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cpuSeconds, residentBytes } from './child.js';
import { measureThroughput, sleep } from './measure.js';
import { prepareRelay } from './relay.js';
import { mebibytes, median, millis, perSecond } from './report.js';

const BUDGET_RATIO = 0.8;
const BUDGET_RESIDENT_BYTES = 300 * 1024 ** 2;
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

/** @param {import('./run.js').Bench} bench @returns {Promise<import('./run.js').Part>} */
export async function measureWaiting(bench) {
  const { plan, sink, say } = bench;
  const relay = await prepareRelay({ sinkUrl: sink.url, concurrency: plan.connections });
  let first = 0;
  /** @param {number} pid */
  const rates = async (pid) => {
    const results = [];
    for (let round = 0; round < plan.rounds; round++) {
      const result = await measureThroughput({
        ...plan,
        sink,
        target: relay.target,
        first,
        cpu: () => cpuSeconds(pid),
      });
      first += result.sent;
      results.push(result);
      say(
        `  ${perSecond(result.deliveredPerSecond)}, ${result.accepted - result.delivered} lost, ${result.refused} refused`,
      );
    }
    return results;
  };

  let daemon = await relay.start();
  say('nothing waiting:');
  const empty = await rates(daemon.pid);
  await daemon.stop();

  say(`writing ${plan.waiting} waiting deliveries`);
  await preload(join(relay.dir, 'data'), plan.waiting);

  let arrivals = 0;
  let firstArrival = 0;
  sink.listen((_sequence, at) => {
    if (arrivals++ === 0) firstArrival = at;
  });
  const startedAt = performance.now();
  daemon = await relay.start(120_000);
  const listeningMs = performance.now() - startedAt;
  for (let waited = 0; waited < 60_000 && arrivals < DUE; waited += 20) await sleep(20);
  const restartMs = arrivals === 0 ? Number.NaN : firstArrival - startedAt;
  say(
    `restart: listening after ${millis(listeningMs)}, first delivery after ${millis(restartMs)}, ${arrivals} of ${DUE} due`,
  );

  say(`${plan.waiting} waiting:`);
  const full = await rates(daemon.pid);
  const memory = residentBytes(daemon.pid);
  await daemon.stop();
  const databaseBytes = relay.databaseBytes();
  relay.remove();

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
      budget: `≤ ${mebibytes(BUDGET_RESIDENT_BYTES)}`,
      measured: mebibytes(memory.peak),
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
