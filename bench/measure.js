// One measurement against whatever takes alerts at a URL and delivers them to the sink: throughput at one rate in and out, or delay
// at a fixed rate. Says nothing of budgets; `report.js` does.

import { openLoad } from './load.js';
import { startSink } from './sink.js';

const SETTLE_MS = 30_000;

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A sink that any number of measurements, one after the other, can listen to. */
export async function openSink() {
  /** @type {(sequence: number, at: number) => void} */
  let listener = () => {};
  const sink = await startSink((sequence, at) => listener(sequence, at));
  return {
    url: sink.url,
    /** @param {(sequence: number, at: number) => void} next */
    listen(next) {
      listener = next;
    },
    close: () => sink.close(),
  };
}

/** @param {number} capacity @param {number} first */
function newArrivals(capacity, first) {
  const firstByteAt = new Float64Array(capacity);
  const arrivals = { firstByteAt, delivered: 0, repeated: 0, strangers: 0 };
  return {
    arrivals,
    /** @param {number} sequence @param {number} at */
    note(sequence, at) {
      const index = sequence - first;
      if (index < 0 || index >= capacity) arrivals.strangers++;
      else if (firstByteAt[index] > 0) arrivals.repeated++;
      else {
        firstByteAt[index] = at;
        arrivals.delivered++;
      }
    },
  };
}

/** @param {() => boolean} done */
async function until(done) {
  const start = performance.now();
  while (!done() && performance.now() - start < SETTLE_MS) await sleep(5);
  return performance.now() - start;
}

/**
 * Accepted and delivered per second with at most `window` messages between the two, so that neither runs ahead of the other.
 * @param {{ target: string, sink: Awaited<ReturnType<typeof openSink>>, warmMs: number, ms: number, window: number,
 *   connections: number, first: number, cpu?: () => number }} options `cpu`: CPU seconds the relay has used so far
 */
export async function measureThroughput(options) {
  const capacity = 4_000_000;
  const load = await openLoad(options.target, { ...options, capacity });
  const { arrivals, note } = newArrivals(capacity, options.first);
  const flood = load.flood(options.warmMs + options.ms, options.window, () => arrivals.delivered);
  options.sink.listen((sequence, at) => {
    note(sequence, at);
    flood.pump();
  });
  await sleep(options.warmMs);
  const before = { at: performance.now(), delivered: arrivals.delivered, accepted: load.counts.accepted };
  const cpuBefore = options.cpu?.() ?? 0;
  const ownBefore = process.cpuUsage();
  await flood.done;
  const seconds = (performance.now() - before.at) / 1000;
  const own = process.cpuUsage(ownBefore);
  const backlog = load.counts.accepted - arrivals.delivered;
  const result = {
    deliveredPerSecond: (arrivals.delivered - before.delivered) / seconds,
    acceptedPerSecond: (load.counts.accepted - before.accepted) / seconds,
    backlogAtEnd: backlog,
    relayCpu: ((options.cpu?.() ?? 0) - cpuBefore) / seconds,
    benchCpu: (own.user + own.system) / 1e6 / seconds,
  };
  const drainMs = await until(() => {
    const { sent, accepted, refused } = load.counts;
    // A delivery can overtake its own 202: every request must have been answered, too.
    return accepted + refused >= sent && arrivals.delivered >= accepted;
  });
  load.close();
  const { sent, accepted, refused, lastRefusal } = load.counts;
  const { delivered, repeated, strangers } = arrivals;
  return { ...result, drainMs, sent, accepted, refused, lastRefusal, delivered, repeated, strangers };
}

/** @param {number[]} sorted @param {number} share */
const quantile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** @param {number[]} values ms */
function spread(values) {
  const sorted = values.sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: quantile(sorted, 1) };
}

/**
 * Delays at a fixed rate, in ms. `total` runs from the moment the alert was written to the socket (it includes taking it in), `added`
 * from the arrival of the 202 to the first byte at the sink; a delivery that overtakes its own 202 counts as 0.
 * @param {{ target: string, sink: Awaited<ReturnType<typeof openSink>>, warmMs: number, ms: number, rate: number,
 *   connections: number, first: number }} options
 */
export async function measureDelay(options) {
  const warm = Math.ceil((options.warmMs / 1000) * options.rate);
  const capacity = Math.ceil(((options.warmMs + options.ms) / 1000) * options.rate) + 1_000;
  const load = await openLoad(options.target, { ...options, capacity });
  const { arrivals, note } = newArrivals(capacity, options.first);
  options.sink.listen(note);
  await load.pace(options.warmMs + options.ms, options.rate);
  await until(() => arrivals.delivered >= load.counts.sent - load.counts.refused);
  load.close();
  const total = [];
  const added = [];
  for (let i = warm; i < load.counts.sent; i++) {
    const arrivedAt = arrivals.firstByteAt[i];
    if (arrivedAt === 0) continue;
    total.push(arrivedAt - load.sentAt[i]);
    added.push(Math.max(0, arrivedAt - load.acceptedAt[i]));
  }
  return {
    sent: load.counts.sent,
    delivered: arrivals.delivered,
    refused: load.counts.refused,
    lastRefusal: load.counts.lastRefusal,
    total: spread(total),
    added: spread(added),
  };
}
