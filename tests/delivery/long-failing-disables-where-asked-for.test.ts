import { afterEach, describe, expect, it } from '@jest/globals';
import { afterAttempt, isDegraded, newDestinationState } from '../../src/delivery/health.js';
import type { DisableRule } from '../../src/model/pace.js';
import type { DestinationState } from '../../src/store/store.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const REF = 'webhook/crm';
const FAILED = { kind: 'retry', reason: 'answered 500', afterMs: null, throttled: false } as const;
const DELIVERED = { kind: 'delivered', reason: '' } as const;
const retry = { max: 20, baseMs: HOUR, factor: 1, jitter: 0 };

/** The standing after attempts at these instants; `true` is a success. */
function standingAfter(
  rule: DisableRule,
  attempts: readonly (readonly [at: number, isOk: boolean])[],
): DestinationState {
  let state = newDestinationState(REF);
  for (const [at, isOk] of attempts)
    state = afterAttempt(state, isOk ? DELIVERED : FAILED, at, at, isOk ? '200' : '500', {
      disableAfter: rule,
    }).state;
  return state;
}
const failures = (...at: number[]) => at.map((each) => [each, false] as const);

describe('disable_after', () => {
  it('a span disables after uninterrupted failing that long, with what happened', () => {
    const rule = { spanMs: 3 * DAY };
    const early = standingAfter(rule, failures(1, HOUR, DAY, 2 * DAY, 3 * DAY));
    expect(early.disabledReason).toBeNull();
    const late = standingAfter(rule, failures(1, HOUR, DAY, 2 * DAY, 3 * DAY + 1));
    expect(late).toMatchObject({
      disabledReason: 'failed for 3d, 5 times in a row; last: answered 500',
      disabledAt: 3 * DAY + 1,
    });
  });

  it('failures now and then never do, nor two that are days apart', () => {
    const rule = { spanMs: DAY };
    const sporadic = Array.from({ length: 200 }, (_, n) => [n * HOUR, n % 5 === 4] as const);
    expect(standingAfter(rule, sporadic)).toMatchObject({ disabledReason: null });
    expect(standingAfter({ failures: 5 }, sporadic)).toMatchObject({ disabledReason: null });
    expect(standingAfter(rule, failures(0, 10 * DAY))).toMatchObject({ disabledReason: null });
  });

  it('a number disables after so many failures in a row', () => {
    expect(standingAfter({ failures: 6 }, failures(1, 2, 3, 4, 5)).disabledReason).toBeNull();
    expect(standingAfter({ failures: 6 }, failures(1, 2, 3, 4, 5, 6)).disabledReason).toContain(
      '6 times in a row',
    );
  });

  it('faults of a proxy never disable, and do not bring the receiver nearer to it', () => {
    const failed = (state: DestinationState, at: number, result: string): DestinationState =>
      afterAttempt(state, FAILED, at, at, result, { disableAfter: { spanMs: DAY } }).state;
    let state = newDestinationState(REF);
    for (let at = 0; at <= 10 * DAY; at += HOUR) state = failed(state, at, 'proxy');
    expect(state).toMatchObject({ disabledReason: null, failingSince: null, consecutiveFailures: 3 });
    for (let at = 10 * DAY; at < 11 * DAY; at += HOUR) state = failed(state, at, '500');
    expect(state.disabledReason).toBeNull();
    expect(failed(state, 11 * DAY, 'proxy').disabledReason).toBeNull();
    expect(failed(state, 11 * DAY, '500').disabledReason).toContain('failed for 1d');
  });

  it('faults of a proxy open the circuit and degrade, but do not add up to the number that disables', () => {
    const failed = (state: DestinationState, at: number, result: string): DestinationState =>
      afterAttempt(state, FAILED, at, at, result, { disableAfter: { failures: 10 } }).state;
    let state = newDestinationState(REF);
    for (let at = 0; at < 50 * HOUR; at += HOUR) state = failed(state, at, 'proxy');
    expect(isDegraded(state)).toBe(true);
    expect(state.probeAt).not.toBeNull();
    expect(failed(state, 51 * HOUR, '500').disabledReason).toBeNull();
    for (let own = 0; own < 10; own++) state = failed(state, (51 + own) * HOUR, '500');
    expect(state.disabledReason).toContain('times in a row');
  });

  it('holds what waits, says so once, and is over when somebody resumes it', async () => {
    const receiver = await aReceiver({ status: 500 });
    const rig = await openRig([aDestination('crm', receiver.url, { retry, disableAfter: { failures: 5 } })]);
    const [delivery = ''] = await rig.publish([REF]);
    for (let tries = 1; tries <= 5; tries++) {
      await rig.attempted(tries);
      rig.advance(HOUR);
    }
    await rig.reaches(delivery, 'held');
    expect(rig.notices.map(({ type }) => type)).toEqual(['destination.degraded', 'destination.disabled']);
    expect(rig.notices[1]?.reason).toBe('failed for 4h, 5 times in a row; last: answered 500');
    receiver.answer({ status: 200 });
    await rig.engine.enable(REF);
    await rig.reaches(delivery, 'delivered');
    expect(rig.engine.laneState(REF)).toMatchObject({
      disabledReason: null,
      failingSince: null,
      probeAt: null,
    });
  });

  it('is off where nobody asked for it', async () => {
    const receiver = await aReceiver({ status: 500 });
    const rig = await openRig([aDestination('crm', receiver.url, { retry })]);
    await rig.publish([REF]);
    for (let tries = 1; tries <= 20; tries++) {
      await rig.attempted(tries);
      rig.advance(DAY);
    }
    expect(rig.engine.laneState(REF)?.disabledReason).toBeNull();
  });
});
