import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AttemptNotice } from '../../src/delivery/engine.js';
import { watchMetrics } from '../../src/http/listen/metrics.js';
import type { Readiness } from '../../src/http/runtime.js';
import { type Running, startTcp } from './kit/listener.js';
import { makeRuntime, NOW } from './kit/runtime.js';

const heard: ((notice: AttemptNotice) => void)[] = [];
let readiness: Readiness = { ready: true, checks: [{ name: 'store', ok: true, text: 'writable' }] };
const runtime = makeRuntime(
  {},
  {
    runtime: {
      readiness: async () => readiness,
      engine: {
        onAttempt: (listener: (notice: AttemptNotice) => void) => heard.push(listener),
        onOperational: () => undefined,
      } as never,
    },
    store: {
      backlog: async () => [
        { destination: 'webhook/crm', waiting: 7, failed: 2, oldestDueAt: NOW - 90_000 },
        { destination: 'webhook/idle', waiting: 0, failed: 0, oldestDueAt: null },
      ],
    },
  },
);
let server: Running;
beforeAll(async () => {
  watchMetrics(runtime);
  server = await startTcp(runtime);
});
afterAll(() => server.close());

const post = (path: string) => fetch(server.at + path, { method: 'POST', body: '{}' });

describe('health', () => {
  it('/healthz answers while the process lives', async () => {
    const answer = await fetch(`${server.at}/healthz`);
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true, version: '0.0.0-test' }]);
  });

  it('/readyz answers 503 with the reasons when work cannot be done', async () => {
    expect((await fetch(`${server.at}/readyz`)).status).toBe(200);
    readiness = { ready: false, checks: [{ name: 'store', ok: false, text: 'the disk is full' }] };
    const answer = await fetch(`${server.at}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([503, readiness]);
  });
});

describe('/metrics', () => {
  it('counts what is taken in and refused, attempts, and what waits', async () => {
    await post('/in/crm/key-of-crm');
    await post('/in/crm/wrong');
    await post('/in/nobody/x');
    for (const listener of heard) {
      listener({ destination: 'webhook/crm', outcome: 'retry', record: { durationMs: 40 } } as AttemptNotice);
    }
    const answer = await fetch(`${server.at}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const lines = (await answer.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'relay_ingest_accepted_total{source="crm"} 1',
        'relay_ingest_rejected_total{source="",code="ingest.wrong_key"} 1',
        'relay_ingest_rejected_total{source="",code="ingest.unknown_source"} 1',
        'relay_alerts_total{source="crm",result="opened"} 1',
        'relay_delivery_attempts_total{destination="webhook/crm",outcome="retry"} 1',
        'relay_delivery_attempt_duration_seconds_sum{destination="webhook/crm"} 0.04',
        'relay_deliveries_waiting{destination="webhook/crm"} 7',
        'relay_deliveries_failed{destination="webhook/crm"} 2',
        'relay_oldest_due_age_seconds{destination="webhook/crm"} 90',
        'relay_oldest_due_age_seconds{destination="webhook/idle"} 0',
        'relay_info{version="0.0.0-test"} 1',
      ]),
    );
    expect(lines.some((line) => line.startsWith('process_resident_memory_bytes'))).toBe(true);
  });
});
