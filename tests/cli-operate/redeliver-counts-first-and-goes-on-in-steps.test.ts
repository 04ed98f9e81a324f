// `delivery redeliver`, `resend` and `cancel`: counted first, small steps, an interruption that can be gone on from, and help that tells
// the three ways of sending again apart.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Asked, type CannedApi, cannedApi } from './kit/canned-api.js';
import { NOW, run } from './kit/run.js';
import { DELIVERED, DELIVERY } from './kit/samples.js';

interface RedeliverBody {
  readonly dry_run: boolean;
  readonly after?: string;
}
const NEXT: Record<string, string | null> = { begin: 'c1', c1: 'c2', c2: null };
let api: CannedApi;

const bodies = () => api.asked.map((asked) => asked.body as RedeliverBody & Record<string, unknown>);

beforeEach(async () => {
  api = await cannedApi({
    'POST /deliveries/redeliver': ({ body }: Asked) => {
      const { dry_run, after = 'begin' } = body as RedeliverBody;
      if (dry_run) return { dry_run, total: 1200, changed: 0, next: null };
      return { dry_run, total: null, changed: after === 'c2' ? 200 : 500, next: NEXT[after] };
    },
  });
});
afterEach(() => api.close());

describe('delivery redeliver', () => {
  it('only counts on a dry run', async () => {
    const ran = await run(api.socket, ['delivery', 'redeliver', '--webhook', 'crm', '--dry-run']);
    expect(ran.stdout).toBe('1200 deliveries would be taken up again (failed or dead, to webhook/crm)\n');
    expect(bodies().map((body) => body.dry_run)).toEqual([true]);
  });

  it('says how many are left as they are because what they were for is gone', async () => {
    api.answer('POST /deliveries/redeliver', () => ({
      dry_run: true,
      total: 3,
      gone: 2,
      changed: 0,
      next: null,
    }));
    const ran = await run(api.socket, ['delivery', 'redeliver', '--since', '2h', '--dry-run']);
    expect(ran.stdout).toBe('3 deliveries would be taken up again (failed or dead)\n');
    expect(ran.stderr).toMatch(/^2 deliveries more: .* does not exist any more.*relay event replay/);
  });

  it('counts, then goes on with next until there is none, over one fixed selection', async () => {
    const ran = await run(api.socket, [
      'delivery',
      'redeliver',
      '--webhook',
      'crm',
      '--status',
      'dead',
      '--since',
      '2h',
    ]);
    expect([ran.code, ran.stdout]).toEqual([0, '1200 deliveries taken up again\n']);
    const selection = {
      status: ['dead'],
      destination: 'webhook/crm',
      since: new Date(NOW - 2 * 3_600_000).toISOString(),
      until: new Date(NOW).toISOString(),
    };
    expect(bodies()).toEqual([
      { ...selection, dry_run: true },
      { ...selection, dry_run: false, limit: 500 },
      { ...selection, dry_run: false, limit: 500, after: 'c1' },
      { ...selection, dry_run: false, limit: 500, after: 'c2' },
    ]);
  });

  it('says how far it came when a step fails, and keeps the error', async () => {
    const steps = { done: 0 };
    api.answer('POST /deliveries/redeliver', ({ body }: Asked) => {
      const { dry_run } = body as RedeliverBody;
      if (dry_run) return { dry_run, total: 1200, changed: 0, next: null };
      steps.done += 1;
      if (steps.done === 2) return { error: { code: 'store.full', message: 'the disk is full' } };
      return { dry_run, total: null, changed: 500, next: 'c1' };
    });
    const ran = await run(api.socket, ['delivery', 'redeliver', '--integration', 'wallboard']);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain('500 of 1200 were taken up again; run the same command to go on');
    expect(ran.stderr).toContain('error: the disk is full [store.full]');
  });

  it('asks for the same step again where enough waits already', async () => {
    const steps: (string | undefined)[] = [];
    api.answer('POST /deliveries/redeliver', ({ body }: Asked) => {
      const { dry_run, after } = body as RedeliverBody;
      if (dry_run) return { dry_run, total: 700, changed: 0, next: null };
      steps.push(after);
      const waits_for = steps.length === 2 ? { destination: 'webhook/crm', waiting: 1000 } : null;
      if (waits_for) return { dry_run, total: null, changed: 0, waits_for, next: after };
      return { dry_run, total: null, changed: 350, waits_for, next: after === undefined ? 'c1' : null };
    });
    const ran = await run(api.socket, ['delivery', 'redeliver', '--webhook', 'crm']);
    expect([ran.code, ran.stdout]).toEqual([0, '700 deliveries taken up again\n']);
    expect(steps).toEqual([undefined, 'c1', 'c1']);
  });

  it('prints what it did as JSON', async () => {
    const ran = await run(api.socket, ['delivery', 'redeliver', '--since', '2h'], { format: 'json' });
    expect(JSON.parse(ran.stdout)).toEqual({ dry_run: false, total: 1200, changed: 1200 });
  });

  it('does not take a mistyped name for a webhook without failed deliveries', async () => {
    api.answer('POST /deliveries/redeliver', { dry_run: true, total: 0, changed: 0, next: null });
    for (const args of [
      ['--webhook', 'crn'],
      ['--destination', 'webhook/crn#2', '--dry-run'],
    ]) {
      const ran = await run(api.socket, ['delivery', 'redeliver', ...args]);
      expect([ran.code, ran.stdout]).toEqual([5, '']);
      expect(ran.stderr).toContain('/webhooks/crn');
    }
  });

  it('takes up nothing when there is nothing', async () => {
    api.answer('POST /deliveries/redeliver', { dry_run: true, total: 0, changed: 0, next: null });
    const ran = await run(api.socket, ['delivery', 'redeliver', '--since', '2h']);
    expect([ran.code, ran.stdout, api.asked.length]).toEqual([0, '0 deliveries taken up again\n', 1]);
  });

  it.each([
    [[], /say which deliveries/],
    [['--status', 'deaf'], /did you mean --status dead/],
    [['--status', 'delivered'], /does not know "delivered"/],
    [['--webhook', 'crm', '--integration', 'x'], /only one destination/],
    [['--destination', 'crm'], /did you mean --webhook crm/],
    [['--since', 'yesterday'], /is not a time/],
    [
      ['--since', '2h', '--until', '3h'],
      /--until 3h is before --since 2h[\s\S]*fix: .*--since 3h --until 2h/,
    ],
  ])('refuses %j with exit code 2 and asks the daemon nothing', async (flags, message) => {
    const ran = await run(api.socket, ['delivery', 'redeliver', ...flags]);
    expect([ran.code, ran.stderr, api.asked]).toEqual([2, expect.stringMatching(message), []]);
  });
});

describe('resend and cancel take several ids', () => {
  it('does what it can, prints each, and ends with the code of the first failure', async () => {
    api.answer('POST /deliveries/dlv_1/resend', { ...DELIVERY, sends: 'same' });
    api.answer('POST /deliveries/dlv_3/resend', { ...DELIVERED, sends: 'alone' });
    const ran = await run(api.socket, ['delivery', 'resend', 'dlv_1', 'dlv_2', 'dlv_3', 'dlv_1']);
    expect(api.asked.map((asked) => asked.path)).toEqual([
      '/deliveries/dlv_1/resend',
      '/deliveries/dlv_2/resend',
      '/deliveries/dlv_3/resend',
    ]);
    expect(ran.code).toBe(5);
    expect(ran.stdout.split('\n')).toEqual([
      expect.stringMatching(/^resending \S+ to \S+, the same bytes under the same id$/),
      expect.stringMatching(/, alone: it was sent with others before, its body and its id are its own now$/),
      '',
    ]);
    expect(ran.stderr).toContain('[object.not_found]');
  });

  it('gives the answers as a list with --json', async () => {
    api.answer('POST /deliveries/dlv_1/cancel', { ...DELIVERY, state: 'cancelled' });
    const ran = await run(api.socket, ['delivery', 'cancel', 'dlv_1'], { format: 'json' });
    expect(JSON.parse(ran.stdout)).toEqual({ items: [{ ...DELIVERY, state: 'cancelled' }], next: null });
  });

  it('fails once, not twice, for a single id', async () => {
    const ran = await run(api.socket, ['delivery', 'resend', 'dlv_9'], { format: 'json' });
    expect([ran.code, ran.stdout]).toEqual([5, '']);
    expect(JSON.parse(ran.stderr).error.code).toBe('object.not_found');
  });
});

describe('the help of each way to send again', () => {
  const OTHERS: [string[], string[]][] = [
    [
      ['delivery', 'resend'],
      ['redeliver takes', 'replay runs', 'relay delivery redeliver:', 'relay event replay:'],
    ],
    [
      ['delivery', 'redeliver'],
      ['resend sends', 'replay runs', 'relay delivery resend:', 'relay event replay:'],
    ],
    [
      ['event', 'replay'],
      ['resend sends', 'redeliver takes', 'relay delivery resend:', 'relay delivery redeliver:'],
    ],
  ];
  it.each(OTHERS)('%j names the others', async (command, names) => {
    const { stdout } = await run(api.socket, [...command, '--help']);
    for (const name of names) expect(stdout).toContain(name);
  });
});
