// How fast a filter of a hundred groups is asked: every expression of it, for payload and incident, against the same conditions written
// by hand in JavaScript, in turns. Both must agree on every event, or the figure would say nothing.

import { readFilter } from '../dist/model/filter/filter.js';
import { median, perSecond } from './report.js';

const ROUNDS = 40;
const ROUND_MS = 50;
const GROUPS = 100;
const EVENTS = 64;

/** `any` of a hundred groups, of which only the last can hold: all are asked. */
export const FILTER = {
  any: Array.from({ length: GROUPS }, (_, index) => ({
    all: [
      { field: 'service', op: 'in', value: [`service-${index}`, 'shop'] },
      { field: 'severity', op: 'gte', value: 'high' },
      {
        any: [
          { field: 'labels.env', op: 'is', value: `env-${index}` },
          { field: 'payload.host.name', op: 'starts_with', value: `db-${index}.` },
        ],
      },
      { not: { field: 'title', op: 'contains', value: `test-${index}` } },
    ],
  })),
};

/** @typedef {{ service: string, severity: string, title: string, labels: Record<string, string> }} Facts */

const WORSE = new Set(['high', 'critical']);
const BY_HAND = Array.from({ length: GROUPS }, (_, index) => {
  const [service, env, host, test] = [`service-${index}`, `env-${index}`, `db-${index}.`, `test-${index}`];
  return (/** @type {Facts} */ facts, /** @type {{ host: { name: string } }} */ payload) =>
    (facts.service === service || facts.service === 'shop') &&
    WORSE.has(facts.severity) &&
    (facts.labels.env === env || payload.host.name.startsWith(host)) &&
    !facts.title.includes(test);
});

const subjects = Array.from({ length: EVENTS }, (_, index) => {
  const facts = {
    service: 'shop',
    severity: index % 3 === 0 ? 'warning' : 'critical',
    title: `Disk of db-${index} is full`,
    labels: { env: index % 5 === 0 ? `env-${GROUPS - 1}` : 'prod' },
  };
  const payload = { host: { name: `web-${index}.example.org` } };
  return { type: 'incident.triggered', incident: facts, payload: () => payload, data: () => null };
});

/** Evaluations per second over one round. @param {(index: number) => boolean} ask */
function rate(ask) {
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  let held = 0;
  do {
    for (let i = 0; i < EVENTS; i++) if (ask(i)) held++;
    count += EVENTS;
    elapsed = performance.now() - start;
  } while (elapsed < ROUND_MS);
  if (held === 0 || held === count) throw new Error('the filter did not tell events apart');
  return (count / elapsed) * 1000;
}

/** @returns {Promise<import('./run.js').Part>} */
export async function measureFilters() {
  const { filter } = readFilter(FILTER);
  if (filter === null) throw new Error('the filter of the benchmark cannot be read');
  /** @param {number} index */
  const ours = (index) => filter.matches(/** @type {any} */ (subjects[index]));
  /** @param {number} index */
  const byHand = (index) => {
    const { incident, payload } = /** @type {typeof subjects[0]} */ (subjects[index]);
    return BY_HAND.some((group) => group(incident, payload()));
  };
  subjects.forEach((_, index) => {
    if (ours(index) !== byHand(index)) throw new Error(`the two differ on event ${index}`);
  });
  const ways = [ours, byHand];
  /** @type {number[][]} */
  const rates = ways.map(() => []);
  for (const way of ways) rate(way);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, way] of ways.entries()) rates[i]?.push(rate(way));
  }
  const ratio = median((rates[0] ?? []).map((one, round) => one / /** @type {number} */ (rates[1]?.[round])));
  const row = {
    what: `a filter of ${GROUPS} groups asked, floor by hand`,
    budget: '',
    measured: perSecond(median(rates[0] ?? [])),
    floor: perSecond(median(rates[1] ?? [])),
    ratio: ratio.toFixed(2),
    ok: null,
  };
  return { rows: [row], detail: { ours: rates[0], byHand: rates[1] } };
}
