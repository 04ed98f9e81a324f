// A good config put into force while deliveries are on their way: nothing in flight is lost, what left the file ends at once, and what
// changed is named. A dry run names the same and changes nothing.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readStatus } from '../../src/http/view/status.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type ConfigObject, type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

let receiver: Receiver;
let running: Running;

const source = { name: 'scripts', pack: 'generic', channel: 'ops' };
const webhook = (name: string, more: ConfigObject = {}): ConfigObject => ({
  name,
  urls: [{ url: `${receiver.url}/${name}` }],
  ...more,
});
const at = (path: string) => receiver.requests.filter((request) => request.path === `/hook/${path}`);
const reload = () => running.runtime.control.reload({ dryRun: false });

beforeAll(async () => {
  receiver = await startReceiver();
  running = await startRunning({
    config: {
      channels: [{ name: 'ops' }],
      sources: [source, { ...source, name: 'leaving' }],
      webhooks: [webhook('crm'), webhook('doomed', { retry: { max: 3, base: '1h' } })],
    },
  });
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

const NEXT = (): ConfigObject => ({
  channels: [{ name: 'ops', title: 'Operations' }],
  sources: [source],
  services: [{ name: 'payments' }],
  webhooks: [webhook('crm')],
});
const CHANGES = {
  added: ['service payments'],
  changed: ['channel ops'],
  removed: ['source leaving', 'webhook doomed'],
};

describe('a good config', () => {
  it('is named but not applied by a dry run', async () => {
    const before = running.runtime.topology();
    running.write(NEXT());
    const answer = await running.runtime.control.reload({ dryRun: true });
    expect(answer).toMatchObject({ applied: false, ...CHANGES, path: running.configPath });
    expect(running.runtime.topology()).toBe(before);
    expect(before.sources.has('leaving')).toBe(true);
    await running.alert('leaving', { id: 'early', title: 'still taken' });
    await receiver.received(2);
    expect((await running.settled()).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('is applied without losing what is in flight or waits, and what left the file ends', async () => {
    receiver.answer(({ path }) =>
      path.endsWith('doomed') ? { status: 503 } : { status: 200, delayMs: 400 },
    );
    await running.alert('scripts', { id: 'a', title: 'under way while the config changes' });
    await untilTrue('both requests are there', () => at('crm').length === 2 && at('doomed').length === 2);
    await untilTrue('the doomed one waits for its retry', async () => {
      const { items } = await running.store.listDeliveries({
        destination: 'webhook/doomed',
        status: ['pending'],
      });
      return items.length === 1;
    });

    expect(await reload()).toMatchObject({ applied: true, ...CHANGES });
    const { topology } = running.runtime;
    expect([...topology().sources.keys()]).toEqual(['scripts']);
    expect([...topology().destinations.keys()]).toEqual(['webhook/crm']);
    expect(topology().channels.get('ops')?.title).toBe('Operations');

    const deliveries = await running.settled();
    const last = (ref: string) => deliveries.filter(({ destination }) => destination === ref).at(-1);
    expect(last('webhook/crm')).toMatchObject({ state: 'delivered', tries: 1 });
    expect(last('webhook/doomed')).toMatchObject({ state: 'cancelled', tries: 1 });
    expect(last('webhook/doomed')?.reason).toMatch(/removed/);
    expect(at('crm').length).toBe(2);
  });

  it('that is the same again changes nothing', async () => {
    expect(await reload()).toMatchObject({ applied: true, added: [], changed: [], removed: [] });
  });

  it('keeps keys and signing secrets that were generated', async () => {
    const key = running.runtime.topology().sources.get('scripts')?.key;
    const signing = running.runtime.topology().destinations.get('webhook/crm')?.settings;
    expect(key).toMatch(/^\w{25}$/);
    running.write({ ...NEXT(), services: [] });
    await reload();
    expect(running.runtime.topology().sources.get('scripts')?.key).toBe(key);
    expect(running.runtime.topology().destinations.get('webhook/crm')?.settings).toEqual(signing);
  });

  it('names the sections that are no list of objects', async () => {
    running.write({
      ...NEXT(),
      retention: { attempts: '7d' },
      egress: { deny: ['10.0.0.0/8'] },
      smtp: { host: 'mail.example.org', from: 'relay@example.org' },
      directory: { organizations: [{ name: 'acme' }] },
      redelivery: { schedule: '0 * * * *' },
    });
    expect((await running.runtime.control.reload({ dryRun: true })).changed).toEqual([
      'webhook crm',
      'retention',
      'egress',
      'smtp',
      'directory.organizations',
    ]);
  });

  it('names settings that only a restart can change', async () => {
    running.write({ ...NEXT(), server: { listen: '127.0.0.1:0', socket: `${running.dir}/other.sock` } });
    expect((await running.runtime.control.reload({ dryRun: true })).changed).toEqual([
      'server.socket (takes effect after a restart)',
    ]);
  });

  it('leaves what the daemon says of itself true until that restart', async () => {
    const fixed = await startRunning({ config: { ...NEXT(), server: { listen: '127.0.0.1:18480' } } });
    try {
      const { control, config, topology } = fixed.runtime;
      const changed = ['server.port (takes effect after a restart)'];
      fixed.write({ ...NEXT(), server: { listen: '127.0.0.1:18481' } });
      expect((await control.reload({ dryRun: false })).changed).toEqual(changed);
      expect(config().server).toMatchObject({ port: 18480, publicUrl: 'http://127.0.0.1:18480' });
      expect(topology().publicUrl).toBe('http://127.0.0.1:18480');
      // Still owed, so still said.
      expect((await control.reload({ dryRun: false })).changed).toEqual(changed);
    } finally {
      await fixed.remove();
    }
  });

  it('keeps what is paused, and the status says so', async () => {
    await running.runtime.control.setPaused('webhook', 'crm', true);
    await reload();
    await running.alert('scripts', { id: 'held', title: 'waits' });
    expect((await readStatus(running.runtime)).paused).toEqual([
      { object: 'webhook/crm', text: '1 held', see: 'relay webhook resume crm' },
    ]);
    await running.runtime.control.setPaused('webhook', 'crm', false);
    expect((await readStatus(running.runtime)).paused).toEqual([]);
  });

  it('alone counts as loaded: an object changed meanwhile is no new reading of the file', async () => {
    const loadedAt = running.runtime.configLoadedAt();
    await untilTrue('time has passed', () => Date.now() > loadedAt);
    await running.runtime.control.setPaused('webhook', 'crm', true);
    expect(running.runtime.configLoadedAt()).toBe(loadedAt);
    await running.runtime.control.setPaused('webhook', 'crm', false);
    await reload();
    expect(running.runtime.configLoadedAt()).toBeGreaterThan(loadedAt);
  });
});
