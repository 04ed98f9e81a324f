// Throughput, disk and delay: the floor and Relay in turns, so that both see the same machine.

import { join } from 'node:path';
import { cpuSeconds, residentBytes, startChild } from './child.js';
import { measureDelay, measureThroughput } from './measure.js';
import { prepareRelay } from './relay.js';
import { median, megabytes, millis, perSecond } from './report.js';

const BUDGET_RATE = 5_000;
const BUDGET_RATIO = 0.35;
const BUDGET_DISK_BYTES = 3_072;
const DELAY_RATE = 500;

/** @param {import('./run.js').Bench} bench */
const startFloor = ({ sink, plan }) =>
  startChild([join(import.meta.dirname, 'floor.js'), sink.url, String(plan.connections)], {
    ready: /http:\S+/,
  });

/** @param {import('./run.js').Bench} bench */
async function startBoth(bench) {
  const relay = await prepareRelay({ sinkUrl: bench.sink.url, concurrency: bench.plan.connections });
  const daemon = await relay.start();
  const floor = await startFloor(bench);
  return { relay, daemon, floor };
}

/** @param {Awaited<ReturnType<typeof measureThroughput>>} result */
const inWords = (result) =>
  `${perSecond(result.deliveredPerSecond)} delivered, ${perSecond(result.acceptedPerSecond)} accepted, ` +
  `${result.backlogAtEnd} under way at the end, ${result.accepted - result.delivered} lost, ${result.repeated} repeated, ` +
  `${result.refused} refused; cores: ${result.relayCpu.toFixed(2)} it, ${result.benchCpu.toFixed(2)} load and sink` +
  `${result.refused > 0 ? `\n  ${result.lastRefusal.slice(0, 300)}` : ''}`;

/** @param {import('./run.js').Bench} bench @returns {Promise<import('./run.js').Part>} */
export async function measureRates(bench) {
  const { plan, sink, say } = bench;
  const { relay, daemon, floor } = await startBoth(bench);
  const floors = [];
  const relays = [];
  let first = 0;
  for (let round = 1; round <= plan.rounds; round++) {
    const shared = { ...plan, sink };
    const bare = await measureThroughput({
      ...shared,
      target: /** @type {string} */ (floor.match[0]),
      first: 0,
      cpu: () => cpuSeconds(floor.pid),
    });
    say(`floor ${round}: ${inWords(bare)}`);
    const ours = await measureThroughput({
      ...shared,
      target: relay.target,
      first,
      cpu: () => cpuSeconds(daemon.pid),
    });
    say(`relay ${round}: ${inWords(ours)}`);
    first += ours.sent;
    floors.push(bare);
    relays.push(ours);
  }
  const memory = residentBytes(daemon.pid);
  say(`relay: ${megabytes(memory.peak)} resident at its highest`);
  await daemon.stop();
  await floor.stop();
  const delivered = relays.reduce((sum, result) => sum + result.delivered, 0);
  const bytes = relay.databaseBytes() / delivered;
  relay.remove();

  const rate = median(relays.map((result) => result.deliveredPerSecond));
  const floorRate = median(floors.map((result) => result.deliveredPerSecond));
  const ratio = median(
    relays.map((result, i) => result.deliveredPerSecond / (floors[i]?.deliveredPerSecond ?? 1)),
  );
  const lost = relays.some((result) => result.delivered < result.accepted);
  const rows = [
    {
      what: 'accepted and delivered, sustained',
      budget: `≥ ${perSecond(BUDGET_RATE)}`,
      measured: perSecond(rate) + (lost ? ' (LOST SOME)' : ''),
      floor: '',
      ratio: '',
      ok: rate >= BUDGET_RATE && !lost,
    },
    {
      what: 'the same against the floor',
      budget: `≥ ${BUDGET_RATIO} of it`,
      measured: perSecond(rate),
      floor: perSecond(floorRate),
      ratio: ratio.toFixed(2),
      ok: ratio >= BUDGET_RATIO,
    },
  ];
  if (plan.disk) {
    rows.push({
      what: 'disk per delivered 1 KB event',
      budget: `≤ ${BUDGET_DISK_BYTES} B`,
      measured: `${Math.round(bytes)} B`,
      floor: '',
      ratio: '',
      ok: bytes <= BUDGET_DISK_BYTES,
    });
  }
  return { rows, detail: { floors, relays, bytesPerEvent: bytes, memory } };
}

/** @param {import('./run.js').Bench} bench @returns {Promise<import('./run.js').Part>} */
export async function measureDelays(bench) {
  const { plan, sink, say } = bench;
  const { relay, daemon, floor } = await startBoth(bench);
  const floors = [];
  const relays = [];
  let first = 0;
  for (let round = 1; round <= plan.rounds; round++) {
    const shared = { ...plan, sink, rate: DELAY_RATE };
    floors.push(await measureDelay({ ...shared, target: /** @type {string} */ (floor.match[0]), first: 0 }));
    const ours = await measureDelay({ ...shared, target: relay.target, first });
    first += ours.sent;
    relays.push(ours);
    say(
      `relay ${round}: sent → first byte p50 ${millis(ours.total.p50)} p99 ${millis(ours.total.p99)}, ` +
        `202 → first byte p50 ${millis(ours.added.p50)} p99 ${millis(ours.added.p99)}, ` +
        `${ours.sent - ours.refused - ours.delivered} lost, ${ours.refused} refused`,
    );
  }
  await daemon.stop();
  await floor.stop();
  relay.remove();
  const rows = /** @type {const} */ ([
    ['p50', 5],
    ['p99', 30],
  ]).map(([share, budget]) => {
    const ours = median(relays.map((result) => result.total[share]));
    const bare = median(floors.map((result) => result.total[share]));
    return {
      what: `delay at ${DELAY_RATE}/s, sent → first byte at the sink, ${share}`,
      budget: `≤ ${budget} ms`,
      measured: millis(ours),
      floor: millis(bare),
      ratio: (ours / bare).toFixed(1),
      ok: ours <= budget,
    };
  });
  return { rows, detail: { floors, relays } };
}
