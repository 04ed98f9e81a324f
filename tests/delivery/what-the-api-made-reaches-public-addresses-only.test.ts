// An API client must not use Relay to look around in the operator's network: destinations made or moved through the API reach public
// addresses only, unless the config allows more. Config file and terminal belong to the operator.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEgressRule } from '../../src/core/egress.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

const NOT_PUBLIC = [
  '127.0.0.1',
  '127.1.2.3',
  '::1',
  '10.0.0.1',
  '172.16.3.4',
  '192.168.1.1',
  '100.64.0.1',
  '192.0.0.1',
  '198.18.0.1',
  '203.0.113.9',
  '240.0.0.1',
  'fc00::1',
  'fd12:3456::1',
  'fec0::1',
  '100::1',
  '2001:db8::1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
  '::10.0.0.1',
  '::ffff:0:192.168.1.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::c0a8:101',
  '64:ff9b:1:0:a:0:100::',
  '2002:0a00:0001::1',
  '2001:0:1:2:3:4:f5ff:fffe',
  '2606:2800::5efe:10.0.0.1',
];
const PUBLIC = [
  '93.184.216.34',
  '8.8.8.8',
  '2606:2800:220:1::1',
  '::ffff:93.184.216.34',
  '64:ff9b::93.184.216.34',
  '64:ff9b:1::5db8:d822',
  '2002:5db8:d822::1',
];

describe('the rule for what the API made', () => {
  const rule = createEgressRule({ allow: [], deny: [] });

  it.each(NOT_PUBLIC)('refuses %s and names the line to add', (address) => {
    expect(rule(address, 'public')).toMatch(/to allow it, add to the config: egress: \{ allow: \["/);
  });

  it.each(PUBLIC)('lets %s through', (address) => {
    expect(rule(address, 'public')).toBeNull();
  });

  it('lets through what the config allows, in every spelling, and still no metadata', () => {
    const open = createEgressRule({ allow: ['10.0.0.0/8', '::1'], deny: [] });
    expect(open('10.1.2.3', 'public')).toBeNull();
    expect(open('::ffff:10.1.2.3', 'public')).toBeNull();
    expect(open('::1', 'public')).toBeNull();
    expect(open('192.168.1.1', 'public')).not.toBeNull();
    expect(open('169.254.169.254', 'public')).toContain('link-local');
  });
});

describe('a webhook', () => {
  let receiver: Receiver;
  let running: Running;
  const config = { channels: [{ name: 'ops' }] };
  beforeAll(async () => {
    receiver = await startReceiver();
    running = await startRunning({ config });
  });
  afterAll(async () => {
    await running?.remove();
    await receiver?.close();
  });
  const test = (name: string) => running.runtime.test(`webhook/${name}`);
  const control = () => running.runtime.control;
  const oauth2 = (token_url: string) => ({ oauth2: { token_url, client_id: 'a', client_secret: 'b' } });
  /** By a name: where that leads is known only when something is sent. */
  const byName = () => receiver.url.replace('127.0.0.1', 'localhost');
  const spec = (name: string) => ({ name, urls: [{ url: byName() }], retry: { max: 0 } });

  it('made or moved through the API is refused at once where an address in a URL is not public', async () => {
    const urls = [{ url: receiver.url }];
    const refused = { code: 'object.invalid', fix: expect.stringContaining('allow: ["127.0.0.1/32"]') };
    await expect(control().add('webhook', { name: 'literal', urls }, 'api')).rejects.toMatchObject(refused);
    expect(await control().add('webhook', { name: 'literal', urls }, 'cli')).not.toHaveProperty('warnings');
    for (const change of [{ urls }, { proxy: 'http://0x7f000001:9' }, { auth: oauth2(receiver.url) }])
      await expect(control().edit('webhook', 'literal', change, 'api')).rejects.toMatchObject(refused);
    // What the change leaves as it is was the operator's to say.
    await control().edit('webhook', 'literal', { description: 'another text' }, 'api');
    expect(await test('literal')).toMatchObject({ outcome: 'delivered' });
    const metadata = { urls: [{ url: 'http://169.254.169.254/' }] };
    expect(await control().edit('webhook', 'literal', metadata, 'cli')).toMatchObject({
      warnings: [{ path: 'urls[0].url', code: 'config.egress' }],
    });
  });

  it('made through the API does not reach this machine; one made at the terminal does', async () => {
    await control().add('webhook', spec('theirs'), 'api');
    await control().add('webhook', spec('ours'), 'cli');
    expect(await test('ours')).toMatchObject({ outcome: 'delivered' });
    const refused = await test('theirs');
    expect(refused).toMatchObject({ outcome: 'retry', attempt: { error: 'egress' } });
    expect(refused.attempt.reason).toMatch(/egress: \{ allow: \["(127\.0\.0\.1\/32|::1\/128)"\] \}/);
  });

  it('made at the terminal is held to it from when the API says where it goes', async () => {
    await control().add('webhook', spec('moved'), 'cli');
    await control().edit('webhook', 'moved', { description: 'another text' }, 'api');
    expect(await test('moved')).toMatchObject({ outcome: 'delivered' });
    await control().edit('webhook', 'moved', { urls: [{ url: byName() }] }, 'api');
    expect(await test('moved')).toMatchObject({ outcome: 'retry', attempt: { error: 'egress' } });
    await control().edit('webhook', 'moved', { description: 'and another' }, 'cli');
    expect(await test('moved')).toMatchObject({ outcome: 'retry', attempt: { error: 'egress' } });
  });

  it.each([
    ['its proxy', () => ({ proxy: 'http://localhost:9' })],
    ['where its tokens come from', () => ({ auth: oauth2(byName()) })],
  ])('made at the terminal is held to it too when the API says %s', async (what, change) => {
    const name = what.replaceAll(' ', '-');
    await control().add('webhook', spec(name), 'cli');
    expect(await test(name)).toMatchObject({ outcome: 'delivered' });
    await control().edit('webhook', name, change(), 'api');
    const { attempt } = await test(name);
    expect(['egress', 'token']).toContain(attempt.error);
    expect(attempt.reason).toContain('which nothing made through the API may call');
    await control().edit('webhook', name, { proxy: null, auth: null }, 'cli');
    expect(await test(name)).toMatchObject({ attempt: { error: 'egress' } });
  });

  it('made through the API is one of the API after a restart', async () => {
    const { dir } = running;
    await running.stop();
    running = await startRunning({ config, dir });
    expect(await test('theirs')).toMatchObject({ outcome: 'retry', attempt: { error: 'egress' } });
    expect(await test('moved')).toMatchObject({ outcome: 'retry', attempt: { error: 'egress' } });
    expect(await test('ours')).toMatchObject({ outcome: 'delivered' });
  });

  it('made through the API reaches what the config allows, from the next reload on', async () => {
    running.write({ ...config, egress: { allow: ['127.0.0.0/8', '::1'] } });
    await control().reload({ dryRun: false });
    expect(await test('theirs')).toMatchObject({ outcome: 'delivered' });
  });
});
