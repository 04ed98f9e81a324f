// `event replay` over a range: counted first, small steps, patience where a destination has enough, and an interruption that can be gone
// on from with the command that was printed.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Asked, type CannedApi, cannedApi } from './kit/canned-api.js';
import { NOW, run } from './kit/run.js';

interface Body {
  readonly dry_run?: boolean;
  readonly after?: string;
  readonly run?: string;
}
let api: CannedApi;
const RUN = 'rpl_abc_01234567';
const UNTIL = new Date(NOW).toISOString();
const SINCE = new Date(NOW - 2 * 3_600_000).toISOString();
const STEP = { dry_run: false, run: RUN, since: SINCE, until: UNTIL, done_before: 0, waits_for: null };
const none = { looked: 0, wanted: 0, deliveries: 0, destinations: {} };
const COUNTED = {
  looked: 150,
  wanted: 120,
  deliveries: 121,
  destinations: { 'webhook/crm': 120, 'webhook/b': 1 },
};
const bodies = () => api.asked.map((asked) => asked.body as Body);

beforeEach(async () => {
  let hasWaited = false;
  api = await cannedApi({
    'POST /events/replay': ({ body }: Asked) => {
      const { dry_run, after } = body as Body;
      if (dry_run) return { ...STEP, ...COUNTED, dry_run, run: null, next: null };
      if (after === undefined)
        return {
          ...STEP,
          looked: 100,
          wanted: 80,
          deliveries: 80,
          destinations: { 'webhook/crm': 80 },
          next: 'c1',
        };
      if (!hasWaited) {
        hasWaited = true;
        return { ...STEP, ...none, waits_for: { destination: 'webhook/crm', waiting: 1000 }, next: after };
      }
      return {
        ...STEP,
        looked: 50,
        wanted: 40,
        deliveries: 41,
        destinations: { 'webhook/crm': 41 },
        next: null,
      };
    },
  });
});
afterEach(() => api.close());

describe('event replay of a range', () => {
  it('only counts on a dry run, and says where they would go', async () => {
    const ran = await run(api.socket, ['event', 'replay', '--since', '2h', '--dry-run']);
    expect(ran.stdout).toBe(
      '150 events, 120 of them wanted by somebody today: 121 deliveries would be made\n' +
        '  webhook/crm  120 deliveries\n  webhook/b  1 delivery\n',
    );
    expect(bodies()).toEqual([{ since: SINCE, until: UNTIL, dry_run: true, limit: 500 }]);
  });

  it('counts, then takes steps of one run over one fixed range, the same again where it is told to wait', async () => {
    const ran = await run(api.socket, ['event', 'replay', '--since', '2h', '--channel', 'ops']);
    expect([ran.code, ran.stdout]).toEqual([0, 'replayed 120 events, 121 deliveries made\n']);
    const selection = { channel: 'ops', since: SINCE, until: UNTIL };
    const next = { ...selection, limit: 100, run: RUN, after: 'c1' };
    expect(bodies()).toEqual([
      { ...selection, dry_run: true, limit: 500 },
      { ...selection, limit: 100 },
      next,
      next,
    ]);
    expect(ran.stderr).toContain('webhook/crm has 1000 deliveries waiting');
  });

  it('says when it begins how to go on, and goes on with that', async () => {
    api.answer('POST /events/replay', ({ body }: Asked) => {
      const { dry_run, after } = body as Body;
      if (dry_run) return { ...STEP, ...COUNTED, dry_run, run: null, next: null };
      if (after === undefined)
        return { ...STEP, looked: 100, wanted: 80, deliveries: 80, destinations: {}, next: 'c1' };
      return { error: { code: 'store.full', message: 'the disk is full' } };
    });
    const cut = await run(api.socket, ['event', 'replay', '--since', '2h']);
    expect([cut.code, cut.stdout]).toEqual([1, '']);
    const [[, printed = ''] = [], ...later] = [...cut.stderr.matchAll(/goes on with: relay (.*)/g)];
    // Once more where it was cut off: the first is out of sight by then.
    expect(later.map(([, again]) => again)).toEqual([printed]);
    expect(printed).toBe(`event replay --since ${SINCE} --until ${UNTIL} --run ${RUN}`);
    api.answer('POST /events/replay', ({ body }: Asked) => {
      const { dry_run = false } = body as Body;
      const counted = { ...STEP, ...COUNTED, dry_run, next: null };
      return dry_run ? { ...counted, run: null } : { ...counted, done_before: 80, deliveries: 40 };
    });
    const again = await run(api.socket, printed.split(' '));
    expect(again.stdout).toBe('replayed 40 events, 40 deliveries made; 80 events had been replayed before\n');
    expect(bodies().at(-1)).toEqual({ since: SINCE, until: UNTIL, run: RUN, limit: 100 });
  });

  it.each([
    [[], /say which events/],
    [['evt_1', '--since', '2h'], /--since does not go with an event's id/],
    [['--since', '2h', '--run', RUN], /--run needs the --until/],
    [['--since', 'yesterday'], /is not a time/],
  ])('refuses %j with exit code 2 and asks the daemon nothing', async (flags, message) => {
    const ran = await run(api.socket, ['event', 'replay', ...flags]);
    expect([ran.code, ran.stderr, api.asked]).toEqual([2, expect.stringMatching(message), []]);
  });
});
