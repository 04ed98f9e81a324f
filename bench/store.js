// What the store alone costs: CPU time of accept (one alert opens an incident, one event, one claimed delivery) and of settle, bytes on
// disk for each delivered alert, and the same with many deliveries waiting.
// Usage: node bench/store.js [--count 20000] [--waiting 0] [--payload 1024] [--sizes]

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    waiting: { type: 'string', default: '0' },
    group: { type: 'string', default: '64' },
    payload: { type: 'string', default: '1024' },
    dist: { type: 'string', default: new URL('../dist', import.meta.url).pathname },
    sizes: { type: 'boolean', default: false },
  },
});
const { openSqliteStore } = await import(join(values.dist, 'store/sqlite/open.js'));
const { incidentEventData } = await import(join(values.dist, 'model/event-data.js'));
const count = Number(values.count);
const waiting = Number(values.waiting);
const group = Number(values.group);

const clock = { now: () => Date.now() };
const source = 'alertmanager-prod';
const labels = {
  alertname: 'DiskFull',
  instance: 'web-1:9100',
  job: 'node',
  severity: 'critical',
  team: 'payments',
};

const description = `Writes fail when it is full. ${'What to do about it stands here in words. '.repeat(4)}`;

/** A webhook body of Alertmanager with one alert, filled up to the size that is asked for. */
function payload(number) {
  const body = {
    version: '4',
    groupKey: `{}:{alertname="DiskFull",instance="web-${number}:9100"}`,
    status: 'firing',
    receiver: 'relay',
    groupLabels: { alertname: 'DiskFull' },
    commonLabels: labels,
    commonAnnotations: { summary: `Disk is full on web-${number}` },
    externalURL: 'http://alertmanager.example:9093',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations: { summary: `Disk is full on web-${number}: only 2 % left on /var`, description },
        startsAt: '2026-05-01T09:00:00Z',
      },
    ],
    pad: '',
  };
  body.pad = 'x'.repeat(Math.max(0, Number(values.payload) - JSON.stringify(body).length));
  return JSON.stringify(body);
}

const alertOf = (number, text) => ({
  signal: 'trigger',
  groupingId: `{}:{alertname="DiskFull",instance="web-${number}:9100"}`,
  title: `[FIRING:1] DiskFull web-${number}`,
  message: `Disk is full on web-${number % 1_000}: only 2 % left on /var\n${description}`,
  link: 'http://alertmanager.example:9093',
  imageUrl: null,
  severity: 'critical',
  priority: 'P1',
  labels,
  members: [],
  payload: text,
  renderErrors: [],
});

const iso = (at) => new Date(at).toISOString();
const decideAt = (at, claim, destination) => (alert, _open, id) => {
  const incident = {
    id,
    source,
    pack: 'alertmanager',
    service: 'payments',
    channel: 'ops',
    groupingId: alert.groupingId,
    status: 'triggered',
    title: alert.title,
    message: alert.message,
    link: alert.link,
    imageUrl: null,
    texts: {},
    severity: alert.severity,
    priority: alert.priority,
    assignee: 'user:dana',
    labels: alert.labels,
    alertCount: 1,
    openedAt: at,
    lastAlertAt: at,
    acknowledgedAt: null,
    acknowledgedBy: null,
    firstAcknowledgedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    silenced: false,
  };
  const data = incidentEventData(incident, { type: 'incident.triggered' }, `source:${source}`);
  return {
    plan: {
      incident,
      timeline: [{ at, action: 'triggered', by: `source:${source}`, detail: '' }],
      events: [
        {
          type: 'incident.triggered',
          channels: ['ops'],
          data,
          deliveries: [
            {
              destination,
              because: 'subscription webhook crm',
              claim,
              trigger: 'automatic',
              url: 'http://127.0.0.1:9000/in',
              dueAt: at,
            },
          ],
        },
      ],
    },
    result: 'opened',
  };
};

const settlementOf = (delivery, at) => ({
  delivery,
  attempt: {
    startedAt: at,
    durationMs: 3,
    timings: { connectionReused: true, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 2 },
    trigger: 'automatic',
    outcome: 'delivered',
    method: 'POST',
    url: 'http://127.0.0.1:9000/in',
    requestHeaders: {
      'content-type': 'application/json',
      'user-agent': 'Relay/0.1.0',
      'webhook-id': `msg_${delivery.id}`,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
    },
    requestBody: `{"type":"incident.triggered","timestamp":"${iso(at)}","data":${delivery.event.data}}`,
    status: 200,
    responseHeaders: {
      'content-type': 'text/plain',
      date: new Date(at).toUTCString(),
      connection: 'keep-alive',
      'content-length': '2',
    },
    responseBody: 'ok',
    responseTruncated: false,
    error: null,
    reason: '200 OK',
  },
  next: { state: 'delivered' },
});

const texts = Array.from({ length: 1_000 }, (_, number) => payload(number));
let serial = 0;
async function acceptGroup(store, size, claim, destination) {
  const at = clock.now();
  const results = [];
  for (let i = 0; i < size; i++) {
    const number = serial++;
    results.push(
      store.accept(
        {
          source,
          at,
          actor: `source:${source}`,
          idempotencyKey: null,
          alerts: [alertOf(number, texts[number % 1_000])],
        },
        decideAt(at, claim, destination),
      ),
    );
  }
  return Promise.all(results);
}

async function measure(name, total, work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = performance.now() - start;
  const used = process.cpuUsage(cpu);
  console.log(
    `${name.padEnd(44)} ${(total / (wall / 1000)).toFixed(0).padStart(8)}/s   cpu ${((used.user + used.system) / total).toFixed(1)} µs   wall ${((wall * 1000) / total).toFixed(1)} µs`,
  );
}

const dir = mkdtempSync(join(tmpdir(), 'relay-bench-store-'));
const store = await openSqliteStore({ dir, clock });
try {
  if (waiting > 0) {
    await measure(`accept, ${waiting} left waiting`, waiting, async () => {
      for (let done = 0; done < waiting; done += 512)
        await acceptGroup(store, Math.min(512, waiting - done), false, 'webhook/dead');
    });
  }
  await acceptGroup(store, 500, false, 'webhook/warm');
  const before = (await store.info()).sizeBytes;
  const claimed = [];
  await measure(`accept, groups of ${group}`, count, async () => {
    for (let done = 0; done < count; done += group)
      for (const result of await acceptGroup(store, Math.min(group, count - done), true, 'webhook/crm'))
        claimed.push(...result.claimed);
  });
  await measure(`settle, groups of ${group}`, count, async () => {
    for (let done = 0; done < count; done += group) {
      const at = clock.now();
      await Promise.all(
        claimed.slice(done, done + group).map((delivery) => store.settle(settlementOf(delivery, at))),
      );
    }
  });
  await measure(`accept and settle together, groups of ${group}`, count, async () => {
    let last = [];
    for (let done = 0; done < count; done += group) {
      const at = clock.now();
      const settling = last.map((delivery) => store.settle(settlementOf(delivery, at)));
      const results = await acceptGroup(store, group, true, 'webhook/crm');
      await Promise.all(settling);
      last = results.flatMap((result) => result.claimed);
    }
    await Promise.all(last.map((delivery) => store.settle(settlementOf(delivery, clock.now()))));
  });
  const info = await store.info();
  console.log('rss', Math.round(process.memoryUsage().rss / 1e6), 'MB');
  await store.close();
  const after = statSync(info.path).size;
  console.log(
    `bytes for each delivered alert: ${((after - before) / (2 * count)).toFixed(0)} (size ${after})`,
  );
  if (values.sizes) {
    const { default: Database } = await import('better-sqlite3');
    const db = new Database(info.path);
    for (const row of db
      .prepare(
        'SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY 1 HAVING bytes > 100000 ORDER BY 2 DESC',
      )
      .all())
      console.log(
        `  ${row.name.padEnd(30)} ${(row.bytes / (2 * count + 500 + waiting)).toFixed(0)} bytes each`,
      );
    db.close();
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
