import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';

let receiver: Receiver;
let daemon: TestDaemon;

beforeAll(async () => {
  receiver = await startReceiver();
  const url = `${receiver.url}?token=hunter2`;
  const integrations = [
    { name: 'wall', kind: 'webhook', url, headers: { 'X-Api-Key': 'hunter2', 'X-Team': 'payments' } },
    { name: 'terminal', kind: 'console' },
  ];
  daemon = await startDaemon({
    config: {
      egress: { allow: ['127.0.0.0/8'] },
      channels: [{ name: 'ops', integrations }],
      webhooks: [{ name: 'crm', urls: [{ url: receiver.url }, { url: receiver.url, method: 'PUT' }] }],
      sources: [{ name: 'mine', pack: 'generic', channel: 'ops' }],
    },
  });
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

const run = async (...args: string[]) => {
  const result = await daemon.relay(...args);
  if (result.code !== 0) throw new Error(`relay ${args.join(' ')}: ${result.code}\n${result.stderr}`);
  return result;
};
const previews = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout).items;

describe('a preview', () => {
  it('of an example sends nothing and shows no secret', async () => {
    const { stdout, stderr } = await run('integration', 'preview', 'wall');
    expect(stdout).toMatch(
      /^integration\/wall {2}an example of incident\.triggered\nPOST http:\/\/127\.0\.0\.1:\d+\/hook\?token=\*\*\*\n/,
    );
    expect(stdout).toMatch(/^x-api-key: \*\*\*$/m);
    expect(stdout).toMatch(/^x-team: payments$/m);
    expect(stdout).toMatch(/\n\n\{"title":"\[P2\] Triggered: /);
    expect(stdout).not.toContain('hunter2');
    expect(stderr).toContain('nothing was sent');
    expect((await run('integration', 'preview', 'terminal')).stdout).toContain('PRINT daemon output');
    expect(receiver.requests).toEqual([]);
  });

  it('of a stored event has the method, headers and body of the request that was sent for it', async () => {
    await run('source', 'test', 'mine', '--send');
    const sent = await receiver.received(3);
    const { items } = JSON.parse((await run('event', 'list', '--json')).stdout);
    const event = items.find(({ type }: { type: string }) => type === 'incident.triggered').id;
    const [wall] = await previews('integration', 'preview', 'wall', '--event', event);
    const atWall = sent.find(({ headers }) => headers['x-team'] === 'payments');
    expect(wall).toMatchObject({
      event,
      event_type: 'incident.triggered',
      method: 'POST',
      body: atWall?.text,
    });

    const crm = await previews('webhook', 'preview', 'crm', '--event', event);
    expect(crm.map(({ destination, method }: Record<string, string>) => `${method} ${destination}`)).toEqual([
      'POST webhook/crm',
      'PUT webhook/crm#2',
    ]);
    const put = sent.find(({ method }) => method === 'PUT');
    expect(crm[1].body).toBe(put?.text);
    expect(crm[1].headers['webhook-signature']).toMatch(/^v1,/);
    const own = Object.keys(put?.headers ?? {}).filter((name) =>
      /^(webhook-|content-type|user-agent)/.test(name),
    );
    expect(Object.keys(crm[1].headers).sort()).toEqual(own.sort());
    expect(receiver.requests).toHaveLength(3);
  });

  it('knows examples of other types, and says which when it does not', async () => {
    const [resolved] = await previews('webhook', 'preview', 'crm', '--type', 'incident.resolved');
    expect(JSON.parse(resolved.body)).toMatchObject({ type: 'incident.resolved' });
    const { code, stderr } = await daemon.relay('webhook', 'preview', 'crm', '--type', 'incident.resolvd');
    expect(stderr).toContain('did you mean "incident.resolved"?');
    expect(code).toBe(5);
    const both = ['--type', 'incident.resolved', '--event', 'evt_1'];
    expect((await daemon.relay('webhook', 'preview', 'crm', ...both)).code).toBe(2);
  });
});
