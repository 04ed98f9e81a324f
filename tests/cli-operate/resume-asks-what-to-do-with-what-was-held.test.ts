import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CannedApi, cannedApi } from './kit/canned-api.js';
import { type RunStyle, run } from './kit/run.js';

const UNTIL = '2026-01-31T10:00:00.000Z';
let api: CannedApi;
let left: number;

beforeEach(async () => {
  left = 1_500;
  api = await cannedApi({
    'POST /webhooks/crm/resume': { name: 'crm' },
    'POST /deliveries/drop-held': ({ body }) => {
      const { dry_run: isDryRun, limit = 500 } = body as { dry_run?: boolean; limit?: number };
      if (isDryRun) return { dry_run: true, total: left, changed: 0, next: UNTIL };
      const changed = Math.min(left, limit);
      left -= changed;
      return { dry_run: false, total: null, changed, next: changed === 0 ? null : UNTIL };
    },
  });
});
afterEach(() => api.close());

const resume = (words: readonly string[] = [], style: RunStyle = {}) =>
  run(api.socket, ['webhook', 'resume', 'crm', ...words], style);
const resumed = (): number => api.asked.filter(({ path }) => path === '/webhooks/crm/resume').length;

describe('webhook resume with deliveries held', () => {
  it('without a terminal and without a word about them changes nothing and names both flags', async () => {
    const ran = await resume();
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('1500 deliveries held for webhook crm: send or drop?');
    expect(ran.stderr).toContain('relay webhook resume crm --send, or --drop');
    expect([resumed(), left]).toEqual([0, 1_500]);
  });

  it('--send resumes and drops nothing', async () => {
    const ran = await resume(['--send']);
    expect(ran.stdout).toBe(
      'resumed webhook crm; 1500 deliveries held: sent now, retries when they are due\n',
    );
    expect([resumed(), left]).toEqual([1, 1_500]);
    expect(api.asked.at(-1)?.body).toEqual({ held: 'send' });
  });

  it('--drop drops in steps what was there when it asked, and resumes after the last', async () => {
    const ran = await resume(['--drop'], { format: 'json' });
    expect(JSON.parse(ran.stdout)).toEqual({ name: 'crm', state: 'active', sent: 0, dropped: 1_500 });
    const steps = api.asked.filter(
      ({ path, body }) => path.endsWith('drop-held') && !('dry_run' in (body as object)),
    );
    expect(steps.map(({ body }) => body)).toEqual(
      Array.from({ length: 3 }, () => ({ destination: 'webhook/crm', limit: 1_000, until: UNTIL })),
    );
    expect(api.asked.at(-1)?.path).toBe('/webhooks/crm/resume');
  });

  it('asks on a terminal', async () => {
    const dropped = await resume([], { isStdinTTY: true, stdin: 'drop\n' });
    expect(dropped.stderr).toContain('1500 deliveries held for webhook crm. Type send or drop: ');
    expect(dropped.stdout).toBe('resumed webhook crm; 1500 deliveries dropped\n');
    left = 1;
    const sent = await resume([], { isStdinTTY: true, stdin: 'send\n' });
    expect(sent.stdout).toContain('1 delivery held: sent now');
    const neither = await resume([], { isStdinTTY: true, stdin: '\n' });
    expect([neither.code, resumed()]).toEqual([2, 2]);
  });

  it('needs no word when nothing is held, and takes only one', async () => {
    left = 0;
    expect((await resume()).stdout).toBe('resumed webhook crm; nothing was held\n');
    // Nobody was asked: what is held since is for the daemon to ask about.
    expect(api.asked.at(-1)?.body).toEqual({});
    expect((await resume(['--send', '--drop'])).code).toBe(2);
  });
});
