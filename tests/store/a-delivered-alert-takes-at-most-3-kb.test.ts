// The disk budget: a 1 KB alert that opens an incident and is delivered takes at most 3 KB of the file, all rows and indexes included.
// What it says in words is not taken twice: the message is the longest part of it.

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { incidentEventData } from '../../src/model/event-data.js';
import type { DecideAlert } from '../../src/store/store.js';
import { alert, incidentOf, planned, START, settlement } from './contract/fixtures.js';
import { makeSqliteStore, type SqlitePlace } from './kit/sqlite-place.js';

const ALERTS = 2_000;
const GROUP = 200;
const LABELS = {
  alertname: 'DiskFull',
  instance: 'web-1:9100',
  job: 'node',
  severity: 'critical',
  team: 'payments',
};

const DESCRIPTION = `What it means, since when, and where to read on. ${'Words of a person. '.repeat(8)}`;

let place: SqlitePlace;
beforeEach(async () => {
  place = await makeSqliteStore();
});
afterEach(() => place.dispose());

const decide: DecideAlert = (given, _open, id) => {
  const incident = incidentOf(given, id, START, 'alertmanager');
  const data = incidentEventData(incident, { type: 'incident.triggered' }, 'source:alertmanager');
  const deliveries = [planned('webhook/crm', { claim: true, because: 'subscription webhook crm' })];
  return {
    plan: {
      incident,
      timeline: [{ at: START, action: 'triggered', by: 'source:alertmanager', detail: '' }],
      events: [{ type: 'incident.triggered', channels: ['ops'], data, deliveries }],
    },
    result: 'opened',
  };
};

/** A webhook body of Alertmanager with one alert, filled up to 1 KB. */
function payloadOf(labels: Readonly<Record<string, string>>, summary: string): string {
  const alerts = [{ status: 'firing', labels, annotations: { summary, description: DESCRIPTION } }];
  const body = { version: '4', status: 'firing', alerts, pad: '' };
  return JSON.stringify({ ...body, pad: 'p'.repeat(1_024 - JSON.stringify(body).length) });
}

async function deliverOne(number: number): Promise<void> {
  const labels = { ...LABELS, instance: `web-${number}:9100` };
  const summary = `Disk is full on web-${number}: only 2 % left on /var`;
  const given = alert({
    groupingId: `{}:{alertname="DiskFull",instance="web-${number}:9100"}`,
    title: `[FIRING:1] DiskFull web-${number}`,
    message: `${summary}\n${DESCRIPTION}\nSince: 2026-05-01 09:00 UTC`,
    labels,
    payload: payloadOf(labels, summary),
  });
  const input = { source: 'alertmanager', at: START, actor: 'source:alertmanager', idempotencyKey: null };
  const { claimed } = await place.store.accept({ ...input, alerts: [given] }, decide);
  const [delivery] = claimed;
  await place.store.settle(
    settlement(
      delivery!,
      { state: 'delivered' },
      {
        requestBody: `{"type":"incident.triggered","timestamp":"2026-05-01T09:00:00Z","data":${delivery!.event.data}}`,
        requestHeaders: {
          'content-type': 'application/json',
          'user-agent': 'Relay/0.1.0',
          'webhook-id': `msg_0123456789ab_${delivery!.id}`,
          'webhook-timestamp': '1777626000',
          'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
        },
        responseHeaders: {
          date: 'Fri, 01 May 2026 09:00:00 GMT',
          connection: 'keep-alive',
          'content-length': '2',
        },
        responseBody: 'ok',
      },
    ),
  );
}

it('over two thousand of them', async () => {
  const empty = (await place.store.info()).sizeBytes;
  for (let done = 0; done < ALERTS; done += GROUP)
    await Promise.all(Array.from({ length: GROUP }, (_, index) => deliverOne(done + index)));
  await place.reopen();
  const { sizeBytes, counts } = await place.store.info();
  expect(counts.attempt).toBe(ALERTS);
  const each = (sizeBytes - empty) / ALERTS;
  expect(each).toBeGreaterThan(1_024);
  expect(each).toBeLessThan(2_560);
});
