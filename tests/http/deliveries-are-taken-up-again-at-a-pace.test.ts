// The pace of `deliveries/redeliver`: a step is put off while enough waits at a destination that takes what it gets, and only there.

import { describe, expect, it } from '@jest/globals';
import { STANDSTILL_MS } from '../../src/delivery/is-moving.js';
import type { Runtime } from '../../src/http/runtime.js';
import { MAX_WAITING, paceOf } from '../../src/http/view/redeliver-pace.js';

const NOW = 1_000 * STANDSTILL_MS;
const WELL = { inFlight: 0, health: 'healthy', disabledReason: null, probeAt: null, lastSuccessAt: NOW };

function runtime(waiting: Record<string, number>, lanes: Record<string, object> = {}): Runtime {
  const backlog = Object.entries(waiting).map(([destination, count]) => ({
    destination,
    waiting: count,
    failed: 0,
    oldestDueAt: NOW - STANDSTILL_MS,
  }));
  return {
    store: { backlog: async () => backlog },
    engine: { laneState: (ref: string) => lanes[ref] ?? WELL },
    clock: { now: () => NOW },
  } as unknown as Runtime;
}
const waitsFor = async (given: Runtime, named?: string) =>
  (await paceOf(given, named)).waitsFor?.destination ?? null;

describe('taking deliveries up again', () => {
  it('waits while enough waits at the destination, any of its URLs, or at any when all are meant', async () => {
    const full = runtime({ 'webhook/crm': 3, 'webhook/crm#2': MAX_WAITING, 'webhook/crmx': MAX_WAITING });
    expect(await waitsFor(full, 'webhook/crm')).toBe('webhook/crm#2');
    expect(await waitsFor(full)).toBe('webhook/crm#2');
    expect(await waitsFor(full, 'integration/wall')).toBeNull();
    expect(await waitsFor(runtime({ 'webhook/crm': MAX_WAITING - 1 }), 'webhook/crm')).toBeNull();
  });

  it.each([
    ['paused', { ...WELL, isPaused: true }],
    ['disabled', { ...WELL, disabledReason: 'answered 410 Gone' }],
    ['degraded', { ...WELL, health: 'degraded' }],
    ['probed', { ...WELL, probeAt: 1 }],
    ['delivering nothing, however well', { ...WELL, lastSuccessAt: NOW - STANDSTILL_MS }],
  ])('does not wait for one that is %s: its backlog would not grow less', async (_, lane) => {
    const full = runtime({ 'webhook/crm': MAX_WAITING }, { 'webhook/crm': lane });
    expect(await waitsFor(full, 'webhook/crm')).toBeNull();
  });

  it('counts what it has taken up itself since the store last counted', async () => {
    const given = runtime({ 'webhook/crm': MAX_WAITING - 500 });
    const first = await paceOf(given, 'webhook/crm');
    first.note(500);
    expect((await paceOf(given, 'webhook/crm')).waitsFor).toEqual({
      destination: 'webhook/crm',
      waiting: MAX_WAITING,
    });
  });
});
