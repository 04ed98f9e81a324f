// A database of schema version 6 or 7, with its rows as Relay wrote them then: what two rows both said stood in both, the keys of an
// incident as single signs. After the migration all of it reads as it did, and new events of an old incident are written in the new form.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { formatId } from '../../src/core/ids.js';
import { incidentEventData } from '../../src/model/event-data.js';
import { migrate } from '../../src/store/sqlite/migrate.js';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/all.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import type { Store } from '../../src/store/store.js';
import { type FakeClock, fakeClock, START } from './contract/fixtures.js';
import { temporaryDir } from './kit/sqlite-place.js';

const LABELS = '{"host":"web-1","mount":"/var"}';
const PAYLOAD = `{"labels":${LABELS},"free":2}`;
const MESSAGE = 'only 2 % left on /var';
/** Rows 11 and 12 of what follows: an incident that shares its texts with alert 21, and one whose texts became its own. */
const SHARING = formatId('inc', 11);
const OWN = formatId('inc', 12);

const dataOf = (id: string, message: string): string =>
  `{"incident":{"id":"${id}","status":"triggered","title":"Disk full","message":"${message}","severity":"critical","labels":${LABELS},"alert_count":1,"acknowledged_at":null,"acknowledged_by":null,"resolved_at":null,"resolved_by":null},"actor":"source:grafana"}`;
/** As version 6 stored it. */
const packedOf = (id: string, message: string): string =>
  dataOf(id, message)
    .replace(',"status":', '\x07')
    .replace(',"title":', '\x08')
    .replace(',"message":', '\x0b')
    .replace(',"severity":', '\x0f')
    .replace(',"labels":', '\x12')
    .replace(',"alert_count":', '\x13')
    .replace(',"acknowledged_at":', '\x16')
    .replace(',"acknowledged_by":', '\x17')
    .replace(',"resolved_at":', '\x19')
    .replace(',"resolved_by":', '\x1a');
/** An older incident's end as one sign, and a text that holds signs itself. */
const FIRST_FORM = '{"a":1\x01}';
const FIRST_TEXT =
  '{"a":1,"acknowledged_at":null,"acknowledged_by":null,"first_acknowledged_at":null,"resolved_at":null,"resolved_by":null}';
const VERBATIM = '{"a":"\x1ft\x07"}';

let dir: string;
let clock: FakeClock;
let store: Store | undefined;
beforeEach(() => {
  dir = temporaryDir();
  clock = fakeClock();
});
afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(dir, { recursive: true, force: true });
});

function writeOld(version: number): void {
  const file = join(dir, 'relay.db');
  const db = new Database(file);
  migrate(db, file, START, MIGRATIONS.slice(0, version));
  const run = (sql: string, rows: readonly (readonly unknown[])[]): void => {
    for (const row of rows) db.prepare(sql).run(...row);
  };
  run('INSERT INTO word (id, text) VALUES (?, ?)', [
    [1, 'grafana'],
    [2, 'incident.triggered'],
    [3, 'source:grafana'],
    [4, '["ops"]'],
    [5, 'POST'],
    [6, 'https://hooks.example/in'],
    [7, '503'],
  ]);
  run(
    `INSERT INTO incident (id, source, pack, grouping, grouping_hash, status, title, opener, message, link, labels, severity, alert_count,
      opened_at, last_alert_at) VALUES (?, 1, 1, ?, ?, 0, 'Disk full', ?, ?, NULL, ?, 0, 1, ${START}, ${START})`,
    [
      [11, 'g1', Buffer.alloc(16, 1), 21, null, null],
      [12, 'g2', Buffer.alloc(16, 2), null, 'own words', LABELS],
    ],
  );
  run(
    `INSERT INTO alert (id, source, incident, at, signal, result, title, message, severity, labels, payload)
      VALUES (?, 1, ?, ${START}, 0, 0, 'Disk full', ?, 0, ?, ?)`,
    [
      [21, 11, MESSAGE, LABELS, PAYLOAD],
      [22, 12, MESSAGE, LABELS, PAYLOAD],
    ],
  );
  run(
    `INSERT INTO event (id, type, at, incident, alert, source, actor, channels, unmatched, data)
      VALUES (?, 2, ${START}, ?, ?, 1, 3, 4, 0, ?)`,
    [
      [31, 11, 21, packedOf(SHARING, MESSAGE)],
      [32, 12, 22, packedOf(OWN, MESSAGE)],
      [33, null, null, FIRST_FORM],
      [34, null, null, `\0${VERBATIM}`],
    ],
  );
  run('INSERT INTO destination (id, ref) VALUES (?, ?)', [[1, 'webhook/crm']]);
  run('INSERT INTO route (id, destination, url, because) VALUES (?, 1, ?, ?)', [
    [1, 'https://hooks.example/in', 'subscription'],
  ]);
  run(
    `INSERT INTO delivery (id, event, incident, destination, route, state, trigger, due_at, tries, cycle)
      VALUES (?, ?, ?, 1, 1, 0, 0, ${START}, ?, ?)`,
    [
      [41, 31, 11, 1, 1],
      [42, 32, 12, 0, 0],
    ],
  );
  run(
    `INSERT INTO attempt (id, started_at, trigger, outcome, method, url, request_body, status, truncated)
      VALUES (?, ${START}, 0, 1, 5, 6, ?, 503, 0)`,
    [[41, '{"data":\0}']],
  );
  db.close();
}

describe.each([6, 7])('rows of schema version %i', (version) => {
  async function opened(): Promise<Store> {
    writeOld(version);
    store = await openSqliteStore({ dir, clock });
    return store;
  }

  it('read as they did, by every way', async () => {
    const now = await opened();
    const texts = [dataOf(SHARING, MESSAGE), dataOf(OWN, MESSAGE), FIRST_TEXT, VERBATIM];
    expect((await now.listEvents({ desc: false })).items.map(({ data }) => data)).toEqual(texts);
    expect((await now.getEvent(formatId('evt', 32))).data).toBe(texts[1]);
    expect(await now.getIncident(SHARING)).toMatchObject({ message: MESSAGE, labels: JSON.parse(LABELS) });
    expect(await now.getIncident(OWN)).toMatchObject({ message: 'own words', labels: JSON.parse(LABELS) });
    expect((await now.listIncidents({})).items.map(({ message }) => message)).toEqual(['own words', MESSAGE]);
    expect(await now.getAlert(formatId('alt', 21))).toMatchObject({ payload: PAYLOAD, message: MESSAGE });
    expect((await now.listAttempts(formatId('dlv', 41))).map(({ requestBody }) => requestBody)).toEqual([
      `{"data":${texts[0]}}`,
    ]);
    const claimed = await now.claimDue('webhook/crm', clock.now(), 10);
    expect(claimed.map(({ event, sentBody }) => [event.data, sentBody])).toEqual([
      [texts[0], `{"data":${texts[0]}}`],
      [texts[1], null],
    ]);
    expect((await now.listDeliveries({ body: MESSAGE })).items).toHaveLength(2);
  });

  it('go on with new events beside them, which outlive nothing they refer to', async () => {
    const now = await opened();
    clock.advance(5_000);
    const at = clock.now();
    const written = new Map<string, string>();
    for (const id of [SHARING, OWN]) {
      const { events } = await now.act(id, at, 'cli:dana', (open) => {
        const incident = { ...open, status: 'acknowledged', acknowledgedAt: at } as const;
        const data = incidentEventData(incident, { type: 'incident.acknowledged' }, 'cli:dana');
        written.set(id, data);
        return {
          incident: { ...incident, message: 'changed since' },
          timeline: [],
          events: [{ type: 'incident.acknowledged', channels: [], data, deliveries: [] }],
        };
      });
      expect(events[0]!.data).toBe(written.get(id));
    }
    await now.close();
    store = await openSqliteStore({ dir, clock });
    for (const [id, data] of written) {
      const { items } = await store.listEvents({ incident: id, desc: false });
      expect(items.map((event) => event.data)).toEqual([dataOf(id, MESSAGE), data]);
      expect(await store.getIncident(id)).toMatchObject({ message: 'changed since', status: 'acknowledged' });
    }
    expect(await store.check()).toEqual(['ok']);
  });
});
