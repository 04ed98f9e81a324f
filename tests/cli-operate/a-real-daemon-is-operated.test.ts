// The operating commands against a real daemon: contracts between command line and API that canned answers cannot prove.

import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BIN, testEnv } from '../kit/cli.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { untilTrue } from '../kit/wait.js';

let daemon: TestDaemon;
let receiver: Receiver;

/** Runs a command that must succeed; its answer as JSON. */
async function json(...args: string[]) {
  const { code, stdout, stderr } = await daemon.relay(...args, '--json');
  if (code !== 0) throw new Error(`relay ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
const deliveriesOf = async (webhook: string, status: string): Promise<{ id: string; result: string }[]> =>
  (await json('delivery', 'list', '--webhook', webhook, '--status', status)).items;

beforeAll(async () => {
  receiver = await startReceiver({ status: 500 });
  daemon = await startDaemon({ config: { channels: [{ name: 'ops' }] } });
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

describe('a real daemon', () => {
  it('takes up again what failed, all URLs of a webhook, under the same ids', async () => {
    await json(
      ...['webhook', 'add', 'crm', '--url', receiver.url, '--url', `${receiver.url}/second`],
      ...['--events', 'deploy.*', '--retries', '0', '--header', 'X-Team: payments'],
    );
    for (const version of ['1', '2', '3'])
      await json(
        'event',
        'send',
        'deploy.finished',
        '--channel',
        'ops',
        '--data',
        `{"version":"${version}"}`,
      );
    const failed = await untilTrue('all failed', async () => {
      const items = await deliveriesOf('crm', 'failed');
      return items.length === 6 ? items : undefined;
    });
    expect(failed.map((delivery) => delivery.result)).toEqual(Array(6).fill('500'));

    const counted = await json('delivery', 'redeliver', '--webhook', 'crm', '--dry-run');
    expect(counted).toEqual({ dry_run: true, total: 6, changed: 0 });
    receiver.answer({ status: 200 });
    const done = await json('delivery', 'redeliver', '--webhook', 'crm');
    expect(done).toEqual({ dry_run: false, total: 6, changed: 6 });
    await untilTrue('all delivered', async () => (await deliveriesOf('crm', 'delivered')).length === 6);
    const ids = receiver.requests.map((request) => request.headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([12, 6]);
    expect(receiver.requests[0]?.headers['x-team']).toBe('payments');
  });

  it('holds while paused, cancels, and sends the rest on resume', async () => {
    await json('webhook', 'pause', 'crm');
    await json('event', 'send', 'deploy.finished', '--channel', 'ops');
    const held = await deliveriesOf('crm', 'held');
    expect(held.length).toBe(2);
    await json('delivery', 'cancel', held[0]?.id as string);
    const refused = await daemon.relay('webhook', 'resume', 'crm');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('1 delivery held for webhook crm: send or drop?');
    expect(await json('webhook', 'resume', 'crm', '--send')).toMatchObject({ sent: 1, dropped: 0 });
    await untilTrue('the other one came', async () => (await deliveriesOf('crm', 'delivered')).length === 7);
    expect((await deliveriesOf('crm', 'cancelled')).map((delivery) => delivery.id)).toEqual([held[0]?.id]);
  });

  it('drops what was held when told to on resume, and sends what comes after', async () => {
    await json('webhook', 'pause', 'crm');
    for (let n = 0; n < 3; n++) await json('event', 'send', 'deploy.finished', '--channel', 'ops');
    const before = receiver.requests.length;
    expect(await json('webhook', 'resume', 'crm', '--drop')).toMatchObject({ sent: 0, dropped: 6 });
    expect(await deliveriesOf('crm', 'cancelled')).toHaveLength(7);
    await json('event', 'send', 'deploy.finished', '--channel', 'ops');
    await untilTrue('the next one came', async () => (await deliveriesOf('crm', 'delivered')).length === 9);
    expect(receiver.requests).toHaveLength(before + 2);
  });

  it('verifies for listen what it signed, with two secrets during a rotation', async () => {
    const child = spawn(
      process.execPath,
      [BIN, 'listen', '--port', '0', '--once', '2', '--json', '--socket', daemon.socketPath],
      { env: testEnv() },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const url = await untilTrue('it listens', () => /listening on (\S+),/.exec(stderr)?.[1]);
    await json('webhook', 'add', 'local', '--url', `${url}/hook`);
    await json('webhook', 'test', 'local');
    await json('webhook', 'rotate-secret', 'local', '--overlap', '1h');
    await json('webhook', 'test', 'local');
    expect(await ended).toBe(0);
    const requests = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(requests.map((request) => request.signature_detail)).toEqual(
      Array(2).fill('verified (webhook local)'),
    );
    expect(requests.map((request) => request.headers['webhook-signature'].split(' ').length)).toEqual([1, 2]);
  });

  it('replays an old event to who wants it today', async () => {
    const sent = await json('event', 'send', 'audit.done', '--channel', 'ops');
    expect(sent.deliveries).toBe(0);
    const { items } = await json('event', 'list', '--unmatched', '--type', 'audit.done');
    expect(items.map((event: { id: string }) => event.id)).toEqual([sent.event]);
    await json('webhook', 'edit', 'crm', '--events', 'audit.*');
    const dry = await json('event', 'replay', sent.event, '--dry-run');
    expect(dry).toMatchObject({ destinations: ['webhook/crm', 'webhook/crm#2'], deliveries: [] });
    expect((await json('event', 'replay', sent.event)).deliveries.length).toBe(2);
  });

  it('refuses with the code of the reason, and suggests', async () => {
    const refused = [
      await daemon.relay('webhook', 'show', 'crn'),
      await daemon.relay('webhook', 'add', 'crm', '--url', 'http://127.0.0.1:1'),
      await daemon.relay('integration', 'add', 'webhok', 'x', '--channel', 'ops'),
      await daemon.relay('webhook', 'edit', 'crm', '--events', 'incident.trigered'),
    ];
    expect(refused.map((result) => result.code)).toEqual([5, 6, 2, 2]);
    for (const [index, near] of ['"crm"', 'already', '"webhook"', '"incident.triggered"'].entries())
      expect(refused[index]?.stderr).toContain(near);
  });
});
