// Sending again, through the real command line: refused with the reason and the way out where it cannot be, never silently less than
// was asked for. Once the receiver is enabled again, what was held and what is asked for is sent.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { untilTrue } from '../kit/wait.js';

let receiver: Receiver;
let daemon: TestDaemon;

const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await daemon.relay(...args, '--json');
  if (code !== 0) throw new Error(`relay ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
};
const send = () => json('event', 'send', 'deploy.finished', '--channel', 'ops');
const ids = async (status: string): Promise<string[]> =>
  (await json('delivery', 'list', '--webhook', 'crm', '--status', status)).items.map(
    ({ id }: { id: string }) => id,
  );

beforeAll(async () => {
  receiver = await startReceiver();
  daemon = await startDaemon({
    config: { channels: [{ name: 'ops' }], retention: { events: '7d', attempts: '7d' } },
  });
  await json('webhook', 'add', 'crm', '--url', receiver.url, '--events', 'deploy.*', '--retries', '0');
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

describe('a resend to a receiver that said it is gone', () => {
  it('is refused until it is enabled again; then it goes out, with what was held', async () => {
    await send();
    const [delivered] = await untilTrue('it is delivered', async () => {
      const found = await ids('delivered');
      return found.length === 1 ? found : undefined;
    });
    receiver.answer({ status: 410 });
    await send();
    await untilTrue('the second one is dead', async () => (await ids('dead')).length === 1);
    await send();
    expect((await ids('held')).length).toBe(1);

    const before = receiver.requests.length;
    const refused = await daemon.relay('delivery', 'resend', delivered as string);
    expect(refused.code).toBe(6);
    expect(refused.stderr).toMatch(
      /\[delivery\.destination_disabled\]\nwhy: .*410.*\nfix: .*webhook resume crm/,
    );
    expect(receiver.requests.length).toBe(before);

    receiver.answer({ status: 200 });
    await json('webhook', 'resume', 'crm', '--send');
    await json('delivery', 'resend', delivered as string);
    await untilTrue('both came', () => receiver.requests.length >= before + 2);
    const sent = receiver.requests.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(sent).toContain(receiver.requests[0]?.headers['webhook-id']);
    await untilTrue('two are delivered', async () => (await ids('delivered')).length === 2);
  });
});

describe('redelivering since an instant', () => {
  it('before the history begins is refused, also as a dry run', async () => {
    for (const more of [[], ['--dry-run']]) {
      const refused = await daemon.relay('delivery', 'redeliver', '--since', '8d', ...more);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('[retention.too_old]');
      expect(refused.stderr).toContain('kept for 7d');
    }
  });

  it('within the history takes exactly the failed ones since then, each once', async () => {
    receiver.answer({ status: 500 });
    await send();
    const first = await untilTrue('it failed', async () => {
      const found = await ids('failed');
      return found.length === 1 ? found : undefined;
    });
    const since = new Date().toISOString();
    for (let sent = 0; sent < 3; sent++) await send();
    await untilTrue('three more failed', async () => (await ids('failed')).length === 4);

    receiver.answer({ status: 200 });
    const before = receiver.requests.length;
    expect(await json('delivery', 'redeliver', '--since', since)).toMatchObject({ total: 3, changed: 3 });
    await untilTrue('they came', async () => (await ids('failed')).length === 1);
    expect(await ids('failed')).toEqual(first);
    const sent = receiver.requests.slice(before).map(({ headers }) => headers['webhook-id']);
    expect([sent.length, new Set(sent).size]).toEqual([3, 3]);
  });
});

describe('a resend to a receiver that was removed', () => {
  it('is refused, and says how to reach those of today', async () => {
    const [delivered] = await ids('delivered');
    await json('webhook', 'remove', 'crm', '--yes');
    const refused = await daemon.relay('delivery', 'resend', delivered as string);
    expect(refused.code).toBe(6);
    expect(refused.stderr).toContain('[delivery.destination_gone]');
    expect(refused.stderr).toMatch(/fix: .*event replay evt_/);
  });
});
