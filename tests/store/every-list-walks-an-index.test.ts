// Query plans: no statement that a list or the delivery loop runs may scan a large table, sort it whole, or build an index for itself.

import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import type { Store } from '../../src/store/store.js';
import { accept, alert, FAILS, planned, START, settlement } from './contract/fixtures.js';
import { makeSqliteStore, type SqlitePlace } from './kit/sqlite-place.js';

let place: SqlitePlace;
let statements: string[];
let prepare: typeof Database.prototype.prepare;

beforeEach(async () => {
  statements = [];
  prepare = Database.prototype.prepare;
  Database.prototype.prepare = function record(this: Database.Database, sql: string) {
    statements.push(sql);
    return prepare.call(this, sql);
  } as typeof prepare;
  place = await makeSqliteStore();
});
afterEach(async () => {
  Database.prototype.prepare = prepare;
  await place.dispose();
  rmSync(place.dir, { recursive: true, force: true });
});

/** Walking a table by its primary key in order, with a limit, is how lists go; only these may. */
const WALKS = /^SELECT id FROM \w+ WHERE (1|state = 2|status = 2) AND id BETWEEN/;
const LARGE = '(incident|alert|event|delivery|attempt|reject|i|a|e|d|o|t|r)';

function problemsOf(db: Database.Database, sql: string): string[] {
  const named = Object.fromEntries((sql.match(/@\w+/g) ?? []).map((name) => [name.slice(1), 1]));
  const values = sql.includes('@') ? [named] : (sql.match(/\?/g) ?? []).map(() => 1);
  const details = (prepare.call(db, `EXPLAIN QUERY PLAN ${sql}`) as Database.Statement)
    .raw()
    .all(...values) as unknown[][];
  return details
    .map((row) => String(row[3]))
    .filter((step) => new RegExp(`^SCAN ${LARGE}\\b`).test(step) || step.includes('AUTOMATIC'))
    .filter(() => !WALKS.test(sql))
    .map((step) => `${step}   in   ${sql}`);
}

async function readEverything(store: Store, ids: { incident: string; event: string }): Promise<void> {
  const { incident, event } = ids;
  const page = { limit: 2 };
  for (const sort of ['created_at', 'sent_at', 'event', 'destination', 'url', 'result', 'tries', 'state'])
    await store.listDeliveries({ ...page, sort });
  await store.listDeliveries({ ...page, search: 'x' });
  await store.listDeliveries({ ...page, destination: 'webhook/crm' });
  await store.listDeliveries({ ...page, status: ['pending', 'failed', 'delivered'] });
  await store.listDeliveries({ ...page, status: ['delivered'], destination: 'webhook/crm' });
  await store.listDeliveries({ ...page, search: 'no such text' });
  await store.listDeliveries({ ...page, search: event });
  await store.listDeliveries({ ...page, body: 'x' });
  await store.listDeliveries({ ...page, result: ['5xx', 'error', '200'] });
  await store.listDeliveries({ ...page, result: ['2xx'], destination: 'webhook/crm', sort: 'url' });
  await store.listDeliveries({ ...page, event });
  await store.listDeliveries({ ...page, type: 'incident.triggered' });
  await store.listDeliveries({ ...page, type: 'incident.triggered', status: ['failed'], sort: 'url' });
  await store.listDeliveries({ ...page, incident });
  for (const sort of ['opened_at', 'title', 'severity', 'priority', 'status', 'alerts'])
    await store.listIncidents({ ...page, sort });
  await store.listIncidents({ ...page, open: true, search: 'x', source: 'grafana' });
  await store.listIncidents({ ...page, open: false });
  for (const sort of ['at', 'type']) await store.listEvents({ ...page, sort });
  await store.listEvents({ ...page, incident, search: 'x' });
  await store.listEvents({ ...page, type: 'incident.triggered', channel: 'ops' });
  await store.listEvents({ ...page, unmatched: true });
  await store.listAlerts({ ...page, incident, search: 'x' });
  await store.listAlerts({ ...page, source: 'grafana' });
  await store.listAlerts(page);
  await store.listRejects({ ...page, source: 'grafana', search: 'x' });
}

it('in every list, filter, search and sort, and in all that delivery does', async () => {
  for (let i = 0; i < 5; i++)
    await accept(place, [alert({ groupingId: `g${i % 3}` })], {
      to: [planned('webhook/crm'), planned('webhook/b')],
    });
  const [event] = (await place.store.listEvents({})).items;
  await readEverything(place.store, { incident: event!.incident!, event: event!.id });
  await place.store.redeliver({ status: ['pending'] }, 'sweep', START, 3);
  const unique = [...new Set(statements)].filter((sql) => /^\s*(SELECT|UPDATE|DELETE)/.test(sql));
  const allowed =
    /max\(id\)|ORDER BY id LIMIT 1$|count\(\*\)|sqlite_schema|RECURSIVE|@from|FROM (word|destination|route|meta|object|paused|secret|snapshot|idempotency|timeline)\b/;
  const checked = unique.filter((sql) => !allowed.test(sql));
  expect(checked.length).toBeGreaterThan(40);
  const db = new Database(place.file, { readonly: true });
  db.function('relay_holds', { varargs: true }, () => 0);
  for (const name of ['relay_event', 'relay_in_hand']) db.function(name, { varargs: true }, () => 0);
  const problems = checked.flatMap((sql) => problemsOf(db, sql));
  db.close();
  expect(problems).toEqual([]);
});

const WALK =
  /^SELECT id FROM (\w+)( INDEXED BY \w+)? WHERE .* AND id BETWEEN \? AND \? ORDER BY id (ASC|DESC) LIMIT \?$/;

it('walks every list along its index in order: no way through a long history is sorted before it is cut to a page', async () => {
  await accept(place, [alert()], { to: [planned('webhook/crm')] });
  const [event] = (await place.store.listEvents({})).items;
  const [claimed] = await place.store.claimDue('webhook/crm', place.clock.now(), 1);
  await place.store.settle(settlement(claimed!, FAILS, { status: 502 }));
  await readEverything(place.store, { incident: event!.incident!, event: event!.id });
  await place.store.listDeliveries({ result: ['502'] });
  await place.store.listDeliveries({ search: '502' });
  // What belongs to one incident is few, and is sorted.
  const walks = [...new Set(statements)].filter((sql) => WALK.test(sql) && !sql.includes('event IN'));
  expect(walks.join('\n')).toContain('WHERE result = ?');
  expect(walks.join('\n')).toContain('INDEXED BY delivery_reason');
  const db = new Database(place.file, { readonly: true });
  const sorted = walks.filter((sql) => {
    const values = (sql.match(/\?/g) ?? []).map(() => 1);
    const plan = prepare
      .call(db, `EXPLAIN QUERY PLAN ${sql}`)
      .raw()
      .all(...values) as unknown[][];
    return plan.some((row) => String(row[3]).includes('TEMP B-TREE'));
  });
  db.close();
  expect(sorted).toEqual([]);
});

it('reads what is due from the index alone, in order', () => {
  const db = new Database(place.file, { readonly: true });
  const sql = statements.find((one) => one.includes('d.due_at <= ?'))!;
  const plan = prepare.call(db, `EXPLAIN QUERY PLAN ${sql}`).raw().all(1, 1, 1) as unknown[][];
  db.close();
  const steps = plan.map((row) => String(row[3]));
  expect(steps[0]).toContain('USING INDEX delivery_due (destination=? AND due_at<?)');
  expect(steps.join('\n')).not.toContain('TEMP B-TREE');
});
