// Fills a database with a history of many attempts, in minutes: rows as the store writes them (same schema, packing and interning), written
// without its group commit. Incidents are raised, acknowledged and resolved over 90 days; each event goes to two of twenty webhooks.
// Measures nothing; bench/history.js does.

import { join } from 'node:path';
import Database from 'better-sqlite3';

const SPAN_MS = 90 * 24 * 3_600_000;
const WEBHOOKS = 20;
const PER_EVENT = 2;
/** Of a hundred deliveries, so many need all four tries; half of these are delivered in the end. */
const TROUBLED = 7;
const TRIES = 4;
const GROUP = 5_000;
/** An incident is acknowledged and resolved when so many later ones have been raised. */
const ACKNOWLEDGED_AFTER = 40;
const RESOLVED_AFTER = 200;
const FAULTS = ['503', '503', '500', 'timeout', '429', '502', 'refused', 'reset'];

/** What searches look for: once in the middle of the history, and nowhere. */
export const NEEDLES = {
  title: 'glacier-7f3a',
  response: 'quota zebra-91 exceeded',
  nowhere: 'qqxnowherexqq',
};

/** Numbers that look random and are the same on every run. @param {number} seed */
function randomFrom(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * @param {{ dir: string, dist: string, attempts: number, now: number, say: (text: string) => void }} options
 * @returns {Promise<Record<string, number>>} how many rows of each table
 */
export async function writeHistory({ dir, dist, attempts, now, say }) {
  const load = (/** @type {string} */ name) => import(join(dist, name));
  const [{ openSqliteStore }, { Interned }, { packData }, { HeaderPacker }, { packBody }, { IdFactory }] =
    await Promise.all([
      load('store/sqlite/open.js'),
      load('store/sqlite/interned.js'),
      load('store/sqlite/packed-data.js'),
      load('store/sqlite/packed-headers.js'),
      load('store/sqlite/bodies.js'),
      load('core/ids.js'),
    ]);
  // The store makes the schema; then it lets go of the file.
  await (await openSqliteStore({ dir, clock: { now: () => now } })).close();
  const db = new Database(join(dir, 'relay.db'));
  for (const pragma of [
    'journal_mode = OFF',
    'synchronous = OFF',
    'foreign_keys = OFF',
    'cache_size = -2000000',
  ])
    db.pragma(pragma);
  const interned = new Interned(db);
  const headers = new HeaderPacker(interned);
  const random = randomFrom(7);
  const clock = { at: now - SPAN_MS, now: () => Math.floor(clock.at) };
  const ids = new IdFactory(clock);
  const insert = {
    incident:
      db.prepare(`INSERT INTO incident (id, source, pack, service, channel, grouping, grouping_hash, status, title, opener, severity,
      priority, alert_count, opened_at, last_alert_at, resolved_at) VALUES (?, ?, ?, ?, ?, ?, ?, 2, ?, ?, ?, ?, 1, ?, ?, ?)`),
    alert:
      db.prepare(`INSERT INTO alert (id, source, incident, at, signal, result, title, message, severity, labels, payload)
      VALUES (?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?)`),
    event: db.prepare(
      'INSERT INTO event (id, type, at, incident, alert, source, actor, channels, unmatched, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)',
    ),
    delivery:
      db.prepare(`INSERT INTO delivery (id, event, incident, destination, route, state, trigger, sent_at, tries, cycle, result, reason)
      VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`),
    attempt:
      db.prepare(`INSERT INTO attempt (delivery, id, started_at, duration_ms, trigger, outcome, method, url, request_headers,
      request_body, status, response_headers, response_body, truncated, error, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)`),
  };
  const word = (/** @type {string} */ text) => interned.word(text);
  const rows = { incident: 0, alert: 0, event: 0, delivery: 0, attempt: 0 };
  const expected = Math.ceil(attempts / (1 + (TROUBLED / 100) * (TRIES - 1)) / PER_EVENT / 3);
  const stepMs = SPAN_MS / (expected + RESOLVED_AFTER + 1);
  /** @type {{ id: number, number: number, title: string, opener: number }[]} */
  const raised = [];

  /** @param {number} deliveryId @param {number} event @param {string} data @param {string} url @param {boolean} special */
  function writeAttempts(deliveryId, event, data, url, special) {
    const isTroubled = special || random(100) < TROUBLED;
    const tries = isTroubled ? TRIES : 1;
    const endsWell = !isTroubled || (!special && random(2) === 0);
    const fault = /** @type {string} */ (FAULTS[random(FAULTS.length)]);
    const body = `{"type":"incident","timestamp":"${new Date(clock.now()).toISOString()}","data":${data}}`;
    let result = '';
    for (let number = 0; number < tries; number++) {
      const isGood = endsWell && number === tries - 1;
      result = isGood ? '200' : special ? 'tls' : fault;
      const status = /^\d/.test(result) ? Number(result) : null;
      insert.attempt.run(
        number === 0 ? null : deliveryId,
        number === 0 ? deliveryId : ids.nextValue(),
        clock.now() + number,
        3 + random(40),
        number === 0 ? 0 : 1,
        isGood ? 0 : 1,
        word('POST'),
        word(url),
        headers.pack({
          'content-type': 'application/json',
          'user-agent': 'Relay/0.1.0',
          'webhook-id': `msg_0123456789ab_${deliveryId}`,
          'webhook-timestamp': String(Math.floor(clock.now() / 1000)),
          'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
        }),
        number === 0 ? packBody(body, data) : null,
        status,
        status === null
          ? null
          : headers.pack({
              date: new Date(clock.now()).toUTCString(),
              connection: 'keep-alive',
              'content-length': '2',
            }),
        special ? NEEDLES.response : isGood ? 'ok' : null,
        status === null ? word(result) : null,
        isGood ? '200 OK' : `${result}: tried again`,
      );
      rows.attempt++;
    }
    const state = endsWell ? 2 : random(4) === 0 ? 4 : 3;
    return {
      tries,
      result: word(result),
      state,
      reason: endsWell ? null : `retries used up after ${result}`,
      event,
    };
  }

  /** @param {typeof raised[number]} incident @param {string} type */
  function writeEvent(incident, type) {
    const at = clock.now();
    const { id, number, title, opener } = incident;
    const instant = new Date(at).toISOString();
    const data = `{"incident":{"id":"inc_${id}","source":"alertmanager-prod","pack":"alertmanager","service":"payments","channel":"ops","grouping_id":"DiskFull/web-${number}","status":"${type.slice(9)}","title":"${title}","message":"Disk is full on web-${number}: only 2 % left on /var","link":"http://alertmanager.example:9093","image_url":null,"severity":"critical","priority":"P1","assignee":"user:dana","labels":{"alertname":"DiskFull","instance":"web-${number}:9100","team":"payments"},"alert_count":1,"opened_at":"${instant}","last_alert_at":"${instant}","acknowledged_at":null,"acknowledged_by":null,"first_acknowledged_at":null,"resolved_at":null,"resolved_by":null,"url":"http://127.0.0.1:8480/incidents/inc_${id}"},"actor":"source:alertmanager-prod"}`;
    const event = ids.nextValue();
    insert.event.run(
      event,
      word(type),
      at,
      id,
      opener,
      word('alertmanager-prod'),
      word('source:alertmanager-prod'),
      word('["ops"]'),
      packData(data, null),
    );
    rows.event++;
    const first = random(WEBHOOKS);
    for (let index = 0; index < PER_EVENT; index++) {
      const special = rows.delivery > 0 && rows.delivery % 1_000_003 === 0;
      const name = special ? 'rare' : `team-${(first + index * 7) % WEBHOOKS}`;
      const url = `https://hooks.example/${name}/in`;
      const destination = interned.destination(`webhook/${name}`);
      const delivery = ids.nextValue();
      const route = interned.route(destination, url, `subscription webhook ${name}`);
      const { tries, result, state, reason } = writeAttempts(delivery, event, data, url, special);
      insert.delivery.run(delivery, event, id, destination, route, state, at, tries, tries, result, reason);
      rows.delivery++;
    }
  }

  function raise() {
    const number = rows.incident;
    const id = ids.nextValue();
    const opener = ids.nextValue();
    const at = clock.now();
    const isNeedle = number === Math.floor(expected / 2);
    const title = isNeedle ? `Disk is full on ${NEEDLES.title}` : `[FIRING:1] DiskFull web-${number}`;
    const hash = Buffer.alloc(16);
    hash.writeUInt32BE(number);
    insert.incident.run(
      id,
      word('alertmanager-prod'),
      word('alertmanager'),
      word('payments'),
      word('ops'),
      `DiskFull/web-${number}`,
      hash,
      title,
      opener,
      random(5),
      random(5),
      at,
      at,
      Math.floor(at + RESOLVED_AFTER * stepMs),
    );
    insert.alert.run(
      opener,
      word('alertmanager-prod'),
      id,
      at,
      title,
      `Disk is full on web-${number}`,
      random(5),
      '{"alertname":"DiskFull"}',
      `{"status":"firing","labels":{"alertname":"DiskFull","instance":"web-${number}:9100"},"pad":"${'x'.repeat(300)}"}`,
    );
    rows.incident++;
    rows.alert++;
    raised.push({ id, number, title, opener });
    return /** @type {typeof raised[number]} */ (raised.at(-1));
  }

  const began = Date.now();
  while (rows.attempt < attempts) {
    db.exec('BEGIN');
    for (let step = 0; step < GROUP && rows.attempt < attempts; step++) {
      clock.at += stepMs;
      writeEvent(raise(), 'incident.triggered');
      const acknowledged = raised.at(-1 - ACKNOWLEDGED_AFTER);
      if (acknowledged) writeEvent(acknowledged, 'incident.acknowledged');
      const resolved = raised.length > RESOLVED_AFTER ? raised.shift() : undefined;
      if (resolved) writeEvent(resolved, 'incident.resolved');
    }
    db.exec('COMMIT');
    interned.keep();
    interned.committed();
    if (rows.incident % (GROUP * 20) === 0)
      say(`  ${rows.attempt} attempts, ${((Date.now() - began) / 1000).toFixed(0)} s`);
  }
  db.pragma('optimize');
  db.close();
  return rows;
}
