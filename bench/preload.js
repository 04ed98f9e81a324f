// Fills a database with deliveries that wait, through the store's own verbs, while no daemon has it open. Half of them belong to the
// webhook the benchmark delivers to and are due tomorrow, half to one that is paused and are due since yesterday; then `due` more for
// the first one are due now. `node preload.js <data directory> <count> <due>`; prints progress on stderr.

import { incidentEventData } from '../dist/model/event-data.js';
import { foldAlert } from '../dist/model/fold.js';
import { openStore } from './open-store.js';
import { MARKER } from './payload.js';

const DAY_MS = 86_400_000;
/** Writes of one turn share a transaction. */
const AT_ONCE = 500;

const [dir = '', count = '0', due = '0'] = process.argv.slice(2);
const now = Date.now();
const store = await openStore(dir);
const source = {
  name: 'load',
  pack: 'alertmanager',
  service: null,
  channel: 'ops',
  split: null,
  key: '',
  paused: false,
  origin: /** @type {const} */ ('file'),
  templates: {},
  defaults: { severity: null, priority: null },
  verify: null,
  rateLimit: null,
};

/** @param {number} i @param {string} kind */
function preparedAlert(i, kind) {
  const name = `${MARKER}${String(i).padStart(12, '0')}~`;
  return {
    signal: /** @type {const} */ ('trigger'),
    groupingId: `${kind}:{alertname="${name}"}`,
    title: `[FIRING:1] ${name} (eu-central-1 payments)`,
    message: 'The five minute average is 97.3 %. Requests to payments are slow and some of them time out.',
    link: 'http://prometheus.example.org/graph?g0.expr=cpu',
    imageUrl: null,
    severity: /** @type {const} */ ('critical'),
    priority: null,
    labels: { alertname: name, cluster: 'eu-central-1', instance: 'api-7', job: 'node', team: 'payments' },
    members: [],
    payload: JSON.stringify({ padding: 'x'.repeat(900), name }),
    renderErrors: [],
    texts: {},
  };
}

/** @param {number} i @param {string} kind @param {{ destination: string, dueAt: number }} delivery */
function put(i, kind, delivery) {
  const at = now - DAY_MS;
  const planned = {
    ...delivery,
    because: `webhook ${delivery.destination} subscribes to incident.triggered`,
    claim: false,
    trigger: /** @type {const} */ ('automatic'),
    url: 'http://127.0.0.1/hook',
  };
  return store.accept(
    { source: 'load', at, actor: 'source:load', idempotencyKey: null, alerts: [preparedAlert(i, kind)] },
    (alert, open, newIncidentId) => {
      const folded = foldAlert(alert, open, { at, by: 'source:load', source, assignee: null, newIncidentId });
      const { incident, timeline, events } = folded.decision;
      if (incident === null) throw new Error('a trigger opened nothing');
      const routed = events.map((event) => ({
        type: event.type,
        channels: ['ops'],
        data: incidentEventData(incident, event, 'source:load'),
        deliveries: [planned],
      }));
      return { plan: { incident, timeline, events: routed }, result: folded.result };
    },
  );
}

/** @param {number} total @param {string} kind @param {(i: number) => { destination: string, dueAt: number }} delivery */
async function fill(total, kind, delivery) {
  for (let done = 0; done < total; done += AT_ONCE) {
    const size = Math.min(AT_ONCE, total - done);
    await Promise.all(Array.from({ length: size }, (_, i) => put(done + i, kind, delivery(done + i))));
    if (done % 50_000 === 0) process.stderr.write(`  ${done} of ${total} ${kind}\n`);
  }
}

await store.setPaused('webhook', 'parked', true, now);
await fill(Number(count), 'waiting', (i) =>
  i % 2 === 0
    ? { destination: 'webhook/sink', dueAt: now + DAY_MS }
    : { destination: 'webhook/parked', dueAt: now - DAY_MS },
);
await fill(Number(due), 'due', () => ({ destination: 'webhook/sink', dueAt: now - DAY_MS }));
await store.close();
