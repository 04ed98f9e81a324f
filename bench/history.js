// What a page of any list, search or detail costs over a long history. Makes the history first (bench/history-data.js), in a temporary
// folder that is removed at the end. Usage: npm run build && node bench/history.js [--attempts 10000000] [--dir kept-folder] [--json out.json]
// With --dir the folder is kept, and used again when it holds a history.

import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NEEDLES, writeHistory } from './history-data.js';
import { median } from './report.js';

const { values } = parseArgs({
  options: {
    attempts: { type: 'string', default: '10000000' },
    dir: { type: 'string' },
    dist: { type: 'string', default: new URL('../dist', import.meta.url).pathname },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
const BUDGET_MS = 150;
const TIMES = 5;
/** A search that finds little is gone on with for so many pages. */
const MOST_PAGES = 40;
const DAY = 24 * 3_600_000;
const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);

const dir = values.dir ?? mkdtempSync(join(tmpdir(), 'relay-bench-history-'));
mkdirSync(dir, { recursive: true });
const now = Date.now();
const isMade = existsSync(join(dir, 'relay.db'));
if (!isMade) say(`# making a history of ${values.attempts} attempts in ${dir}`);
const made = isMade
  ? null
  : await writeHistory({ dir, dist: values.dist, attempts: Number(values.attempts), now, say });

const { openSqliteStore } = await import(join(values.dist, 'store/sqlite/open.js'));
const openedAt = performance.now();
/** @type {import('../src/store/store.js').Store} */
const store = await openSqliteStore({ dir, clock: { now: () => now } });
say(`# opened in ${((performance.now() - openedAt) / 1000).toFixed(1)} s`);

/** Milliseconds by the clock; `worstCpu` of this process's own time, which other work on the machine does not lengthen. */
/** @typedef {{ what: string, first: number, worst: number, worstCpu: number, pages: number, found: number, note: string }} Measured */
/** @type {Measured[]} */
const measured = [];

/**
 * The first page several times, then page after page: the median of the first, the slowest of all.
 * @param {string} what @param {(query: { after?: string }) => Promise<{ items: readonly unknown[], next: string | null, searchedUntil?: number }>} list
 * @param {number} pages
 */
async function measure(what, list, pages = 10) {
  if (values.only !== '' && !what.includes(values.only)) return;
  /** @type {number[]} */
  const times = [];
  let worstCpu = 0;
  const once = async (/** @type {{ after?: string }} */ more) => {
    const cpu = process.cpuUsage();
    const began = performance.now();
    const page = { searchedUntil: undefined, ...(await list(more)) };
    times.push(performance.now() - began);
    const { user, system } = process.cpuUsage(cpu);
    worstCpu = Math.max(worstCpu, (user + system) / 1000);
    return page;
  };
  let page = await once({});
  const note =
    page.searchedUntil === undefined
      ? ''
      : `a page looked back ${((now - page.searchedUntil) / DAY).toFixed(2)} days`;
  for (let time = 1; time < TIMES; time++) page = await once({});
  const first = median(times);
  let found = page.items.length;
  let done = 1;
  for (; done < pages && page.next !== null; done++) {
    page = await once({ after: page.next });
    found += page.items.length;
  }
  const one = { what, first, worst: Math.max(...times), worstCpu, pages: done, found, note };
  measured.push(one);
  const figures = [one.first, one.worst, worstCpu].map((ms) => ms.toFixed(1).padStart(7)).join(' ');
  say(`${what.padEnd(56)} ${figures} ms  ${done} pages, ${found} rows ${note}`);
}

/** @typedef {import('../src/store/store.js').DeliveryQuery} DeliveryQuery */
const deliveries = (/** @type {DeliveryQuery} */ query) => (/** @type {{ after?: string }} */ more) =>
  store.listDeliveries({ ...query, ...more });
const events =
  (/** @type {import('../src/store/store.js').EventQuery} */ query) =>
  (/** @type {{ after?: string }} */ more) =>
    store.listEvents({ ...query, ...more });
const incidents =
  (/** @type {import('../src/store/store.js').IncidentQuery} */ query) =>
  (/** @type {{ after?: string }} */ more) =>
    store.listIncidents({ ...query, ...more });

const middle = now - 45 * DAY;
for (const sort of ['created_at', 'sent_at', 'event', 'destination', 'url', 'result', 'tries', 'state'])
  for (const desc of [true, false])
    await measure(`delivery list --sort ${sort}${desc ? ' --desc' : ''}`, deliveries({ sort, desc }));
await measure('delivery list --limit 1000', deliveries({ limit: 1000 }));
await measure('delivery list, the middle of the history', deliveries({ until: middle }));
await measure('delivery list, the oldest rows', deliveries({ until: now - 89.9 * DAY }));
await measure(
  'delivery list --sort url, the middle',
  deliveries({ until: middle, sort: 'url', desc: false }),
);
await measure('delivery list --status delivered', deliveries({ status: ['delivered'] }));
await measure('delivery list --status failed,dead', deliveries({ status: ['failed', 'dead'] }));
await measure('delivery list --status pending (none)', deliveries({ status: ['pending'] }));
await measure(
  'delivery list --status failed --sort url',
  deliveries({ status: ['failed'], sort: 'url', desc: false }),
);
await measure('delivery list --webhook team-3', deliveries({ destination: 'webhook/team-3' }));
await measure(
  'delivery list --webhook team-3 --status delivered',
  deliveries({ destination: 'webhook/team-3', status: ['delivered'] }),
);
await measure(
  'delivery list --webhook team-3 --status failed',
  deliveries({ destination: 'webhook/team-3', status: ['failed'] }),
);
await measure('delivery list --webhook rare (8 rows)', deliveries({ destination: 'webhook/rare' }));
for (const result of [['2xx'], ['5xx'], ['timeout'], ['tls'], ['404'], ['error'], ['4xx', '5xx', 'error']])
  await measure(`delivery list --result ${result}`, deliveries({ result }));
await measure(
  'delivery list --result 5xx --webhook team-3',
  deliveries({ result: ['5xx'], destination: 'webhook/team-3' }),
);
await measure(
  'delivery list --result 5xx --webhook rare',
  deliveries({ result: ['5xx'], destination: 'webhook/rare' }),
  MOST_PAGES,
);
await measure(
  'delivery list --result 2xx --webhook rare',
  deliveries({ result: ['2xx'], destination: 'webhook/rare' }),
);
await measure(
  'delivery list --result 5xx --status delivered (none)',
  deliveries({ result: ['5xx'], status: ['delivered'] }),
  MOST_PAGES,
);
await measure(
  'delivery list --result 5xx --sort url',
  deliveries({ result: ['5xx'], sort: 'url', desc: false }),
);
await measure(
  'delivery list --search incident.triggered (many)',
  deliveries({ search: 'incident.triggered' }),
);
await measure('delivery list --search "after 502" (few)', deliveries({ search: 'after 502' }), MOST_PAGES);
await measure('delivery list --search rare (8 rows)', deliveries({ search: '/rare/' }), MOST_PAGES);
await measure('delivery list --search nowhere (none)', deliveries({ search: NEEDLES.nowhere }), MOST_PAGES);
await measure(
  'delivery list --search nowhere --sort url (none)',
  deliveries({ search: NEEDLES.nowhere, sort: 'url', desc: false }),
  MOST_PAGES,
);
await measure('delivery list --body payments (many)', deliveries({ body: 'payments' }));
await measure('delivery list --body web-1000 (few)', deliveries({ body: 'web-1000:' }), MOST_PAGES);
await measure('delivery list --body nowhere (none)', deliveries({ body: NEEDLES.nowhere }), MOST_PAGES);
await measure(
  'delivery list --body nowhere --sort url (none)',
  deliveries({ body: NEEDLES.nowhere, sort: 'url', desc: false }),
  MOST_PAGES,
);
await measure(
  'delivery list --body, the middle (none)',
  deliveries({ body: NEEDLES.nowhere, until: middle }),
  MOST_PAGES,
);
await measure('delivery list --body --result tls', deliveries({ body: NEEDLES.response, result: ['tls'] }));
await measure(
  'delivery list --body --webhook team-3 --result 5xx',
  deliveries({ body: '503', destination: 'webhook/team-3', result: ['5xx'] }),
);

for (const sort of ['at', 'type']) await measure(`event list --sort ${sort}`, events({ sort }));
await measure('event list, the middle', events({ until: middle }));
await measure('event list --type incident.resolved', events({ type: 'incident.resolved' }));
await measure('event list --type no.such', events({ type: 'no.such' }));
await measure('event list --unmatched (none)', events({ unmatched: true }));
await measure('event list --channel ops', events({ channel: 'ops' }));
await measure('event list --channel none', events({ channel: 'none' }), MOST_PAGES);
await measure('event list --search web-1000 (few)', events({ search: 'web-1000' }), MOST_PAGES);
await measure('event list --search nowhere (none)', events({ search: NEEDLES.nowhere }), MOST_PAGES);
await measure(
  'event list --search nowhere --sort type',
  events({ search: NEEDLES.nowhere, sort: 'type' }),
  MOST_PAGES,
);

for (const sort of ['opened_at', 'title', 'severity', 'priority', 'status', 'alerts', 'last_alert_at'])
  await measure(`incident list --sort ${sort}`, incidents({ sort }));
await measure('incident list --open (none)', incidents({ open: true }));
await measure('incident list --status resolved', incidents({ status: ['resolved'] }));
await measure('incident list --source', incidents({ source: 'alertmanager-prod' }));
await measure(
  'incident list --search (one, in the middle)',
  incidents({ search: NEEDLES.title }),
  MOST_PAGES,
);
await measure('incident list --search nowhere (none)', incidents({ search: NEEDLES.nowhere }), MOST_PAGES);
await measure(
  'alerts, search nowhere',
  (more) => store.listAlerts({ search: NEEDLES.nowhere, ...more }),
  MOST_PAGES,
);

const sample = (await store.listDeliveries({ until: middle, limit: 1 })).items[0];
if (sample === undefined) throw new Error('the history has no middle');
const once = (/** @type {unknown} */ item) => ({ items: [item], next: null });
await measure('delivery show', async () =>
  once(
    await Promise.all([
      store.getDelivery(sample.id),
      store.listAttempts(sample.id),
      store.getEvent(sample.event),
    ]),
  ),
);
await measure('delivery list --event', deliveries({ event: sample.event }));
await measure('delivery list --incident', deliveries({ incident: /** @type {string} */ (sample.incident) }));
await measure('delivery list --search <event id>', deliveries({ search: sample.event }), MOST_PAGES);
await measure('delivery list --search <delivery id>', deliveries({ search: sample.id }), MOST_PAGES);
await measure('event show', async () => once(await store.getEvent(sample.event)));
await measure('incident show', async () =>
  once(await store.getIncident(/** @type {string} */ (sample.incident))),
);

const info = await store.info();
await store.close();
const bytes = statSync(info.path).size;
const total = Number(info.counts.attempt).toLocaleString('en-US');
say(
  `# ${JSON.stringify(info.counts)}, ${(bytes / 1e9).toFixed(1)} GB, highest memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
);
/** @param {string} how @param {(one: Measured) => number} of */
function row(how, of) {
  const slowest = measured.reduce((one, other) => (of(other) > of(one) ? other : one));
  const over = measured.filter((one) => of(one) > BUDGET_MS).length;
  const verdict = over === 0 ? 'kept' : `MISS: ${over} of ${measured.length}`;
  process.stdout.write(
    `| ${total} attempts, ${how} | ≤ ${BUDGET_MS} ms | ${of(slowest).toFixed(0)} ms (${slowest.what}) | ${verdict} |\n`,
  );
}
row('first page of any list or search, median', ({ first }) => first);
row('slowest page of all', ({ worst }) => worst);
row('slowest page of all, own CPU time', ({ worstCpu }) => worstCpu);
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ made, counts: info.counts, bytes, measured }, null, 2)}\n`);
if (values.dir === undefined) rmSync(dir, { recursive: true, force: true });
