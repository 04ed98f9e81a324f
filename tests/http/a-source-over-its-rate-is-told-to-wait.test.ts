// The limit of requests per source: exact in every window, answered before the body is read, told once.

import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRate } from '../../src/config/formats.js';
import { createSourceRates, type RateNotice, SlidingWindow } from '../../src/http/ingest/ingest-rate.js';
import type { RateLimit, Source } from '../../src/model/topology.js';
import { fakeClock } from '../kit/clock.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';
import { ask, type Running as Listener, startSocket, startTcp } from './kit/listener.js';
import { makeSource } from './kit/runtime.js';

const limitOf = (text: string): RateLimit => parseRate(text) as RateLimit;
const HOUR_MS = 3_600_000;

describe('a sliding window', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 200 });

  it('never lets more through in any span, refuses only when it must, and names the exact moment', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1_000, max: 5_000 }),
        steps,
        (requests, spanMs, gaps) => {
          const window = new SlidingWindow({ requests, spanMs, text: '' });
          const passed: number[] = [];
          let now = 1_000_000;
          for (const gap of gaps) {
            now += gap;
            const inSpan = passed.filter((at) => at > now - spanMs);
            const waitMs = window.admit(now);
            if (waitMs === 0) {
              expect(inSpan.length).toBeLessThan(requests);
              passed.push(now);
            } else {
              expect(inSpan.length).toBe(requests);
              expect(waitMs).toBe((inSpan[0] as number) + spanMs - now);
            }
          }
          for (const at of passed)
            expect(passed.filter((other) => other >= at && other < at + spanMs).length).toBeLessThanOrEqual(
              requests,
            );
        },
      ),
    );
  });

  it('is exact to the millisecond', () => {
    const window = new SlidingWindow(limitOf('2/1s'));
    expect([1_000, 1_400, 1_999, 2_000, 2_399, 2_400].map((at) => window.admit(at))).toEqual([
      0, 0, 1, 0, 1, 0,
    ]);
  });

  it('does not stay shut for hours when the clock is set back', () => {
    const window = new SlidingWindow(limitOf('2/1m'));
    expect([window.admit(10 * HOUR_MS), window.admit(10 * HOUR_MS)]).toEqual([0, 0]);
    expect(window.admit(HOUR_MS)).toBe(60_000);
    expect(window.admit(HOUR_MS + 60_000)).toBe(0);
  });
});

describe('a limited source is told of', () => {
  const clock = fakeClock();
  const told: RateNotice[] = [];
  const rates = createSourceRates(clock, (notice) => told.push(notice));
  const source: Source = makeSource('crm', { rateLimit: limitOf('2/1m') });
  const send = (count: number): number =>
    Array.from({ length: count }, () => {
      try {
        rates.admit(source);
        return 0;
      } catch {
        return 1;
      }
    }).reduce<number>((sum, one) => sum + one, 0);

  it('once for a limited period, then at most once an hour, with what was refused meanwhile', () => {
    const began = clock.now();
    expect(send(5)).toBe(3);
    expect(told).toMatchObject([{ since: began, refused: 1 }]);
    // The period goes on: refused again within a span.
    clock.advance(30_000);
    expect(send(1)).toBe(1);
    expect(told.length).toBe(1);
    // A new period within the hour waits for its turn, and has it while it still lasts.
    clock.advance(5 * 60_000);
    const again = clock.now();
    send(3);
    expect(told.length).toBe(1);
    for (let passed = 5 * 60_000 + 30_000; passed < HOUR_MS; passed += 50_000) {
      clock.advance(50_000);
      send(3);
    }
    expect(told.length).toBe(2);
    expect(told[1]).toMatchObject({ since: again, source: { name: 'crm' } });
    expect(told[1]?.refused).toBeGreaterThan(50);
    // However long it lasts then, it is told once.
    for (let passed = 0; passed < 2 * HOUR_MS; passed += 50_000) {
      clock.advance(50_000);
      send(3);
    }
    expect(told.length).toBe(2);
  });

  it('and what it refused is counted for a day', () => {
    expect(rates.refused24h('crm')).toBeGreaterThan(60);
    expect(rates.refused24h('other')).toBe(0);
    clock.advance(24 * HOUR_MS);
    expect(rates.refused24h('crm')).toBe(0);
  });

  it('and a limit that is changed counts anew', () => {
    send(3);
    const wider = { ...source, rateLimit: limitOf('3/1m') };
    expect(() => rates.admit(wider)).not.toThrow();
  });
});

describe('over the wire', () => {
  let running: Running;
  let listeners: Listener[] = [];
  afterEach(async () => {
    await Promise.all(listeners.map((listener) => listener.close()));
    await running.remove();
  });

  const start = async (clock = fakeClock(Date.UTC(2026, 0, 1))) => {
    const url = 'http://127.0.0.1:9/';
    running = await startRunning({
      clock,
      config: {
        channels: [
          { name: 'ops', integrations: [{ name: 'wall', kind: 'webhook', url, events: ['source.*'] }] },
        ],
        sources: [
          { name: 'crm', pack: 'generic', channel: 'ops', key: 'key-of-crm-0123456', rate_limit: '2/5m' },
          { name: 'free', pack: 'generic', channel: 'ops', key: 'key-of-free-012345' },
        ],
      },
    });
    const [tcp, socket] = [await startTcp(running.runtime), await startSocket(running.runtime)];
    listeners = [tcp, socket];
    return { clock, tcp, socket };
  };
  const post = (at: string, name: string, key = `key-of-${name}-0123456`.slice(0, 18)): Promise<Response> =>
    fetch(`${at}/in/${name}/${key}`, { method: 'POST', body: '{"title":"x"}' });

  it('is answered 429 with the time to come again, one event, a metric, and a line in source show', async () => {
    const { clock, tcp, socket } = await start();
    expect((await post(tcp.at, 'crm')).status).toBe(202);
    clock.advance(1_500);
    expect((await post(tcp.at, 'crm')).status).toBe(202);
    for (const _again of [1, 2, 3]) {
      const answer = await post(tcp.at, 'crm');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '299']);
      const { error } = (await answer.json()) as { error: Record<string, string> };
      expect(error).toMatchObject({ code: 'ingest.rate_limited', message: 'source crm takes 2/5m' });
    }
    expect((await post(tcp.at, 'free')).status).toBe(202);
    const events = async () =>
      (await running.store.listEvents({ type: 'source.rate_limited', limit: 10 })).items;
    await untilTrue('the event is there', async () => (await events()).length > 0);
    expect((await events()).map(({ data, channels }) => [JSON.parse(data), channels])).toEqual([
      [
        {
          source: 'crm',
          limit: '2/5m',
          since: '2026-01-01T00:00:01.500Z',
          refused: 1,
          reason: 'it sends more than 2/5m; what is over the limit is answered 429',
          at: '2026-01-01T00:00:01.500Z',
          see: 'relay source show crm',
        },
        ['ops'],
      ],
    ]);
    const metrics = await (await fetch(`${tcp.at}/metrics`)).text();
    expect(metrics).toContain('relay_ingest_rejected_total{source="crm",code="ingest.rate_limited"} 3');
    expect(metrics).toContain('relay_operational_events_total{type="source.rate_limited"} 1');
    const shown = await ask(socket.at, 'GET', '/api/v1/sources/crm');
    expect(shown.json).toMatchObject({ rate_limit: '2/5m', rate_limited_24h: 3, rejects_24h: 0 });
    clock.advance(299_000);
    expect((await post(tcp.at, 'crm')).status).toBe(202);
  });

  it('counts no request without the right key', async () => {
    const { tcp } = await start();
    for (const _try of [1, 2, 3, 4]) expect((await post(tcp.at, 'crm', 'wrong')).status).toBe(403);
    expect((await post(tcp.at, 'crm')).status).toBe(202);
  });

  it('counts beats too', async () => {
    const { tcp } = await start();
    const beat = async () => (await fetch(`${tcp.at}/in/crm/key-of-crm-0123456/heartbeat`)).status;
    expect([await beat(), await beat(), await beat()]).toEqual([200, 200, 429]);
    expect((await post(tcp.at, 'crm')).status).toBe(429);
  });

  it('is refused before the body is sent', async () => {
    const { tcp } = await start();
    await post(tcp.at, 'crm');
    await post(tcp.at, 'crm');
    const status = await new Promise((resolve, reject) => {
      const call = request(`${tcp.at}/in/crm/key-of-crm-0123456`, {
        method: 'POST',
        headers: { 'content-length': '1000', 'content-type': 'application/json' },
      });
      call.on('response', (answer) => {
        resolve(answer.statusCode);
        call.destroy();
      });
      call.on('error', reject);
      // The headers alone: the body never comes.
      call.flushHeaders();
    });
    expect(status).toBe(429);
  });
});
