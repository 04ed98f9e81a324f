// A reload of a config that is wrong, unreadable or at odds with the database: everything wrong is told, and what was in force still is.

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../src/config/config-error.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type ConfigObject, type Running, startRunning } from '../kit/running.js';

let receiver: Receiver;
let running: Running;

const GOOD = {
  channels: [{ name: 'ops' }, { name: 'night' }],
  sources: [{ name: 'scripts', pack: 'generic', channel: 'ops' }],
};

beforeAll(async () => {
  receiver = await startReceiver();
  running = await startRunning({ config: GOOD });
  const { control } = running.runtime;
  await control.add('webhook', { name: 'crm', urls: [{ url: receiver.url }] }, 'cli');
  await control.add(
    'integration',
    { name: 'wall', kind: 'webhook', channel: 'night', url: receiver.url },
    'cli',
  );
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

/** What a reload of this config is refused with; and that nothing changed, dry or not. */
async function refusal(config: ConfigObject | string): Promise<ConfigError> {
  const before = running.runtime.topology();
  const since = running.runtime.configLoadedAt();
  running.write(config);
  const errors: unknown[] = [];
  for (const dryRun of [true, false]) {
    await running.runtime.control.reload({ dryRun }).catch((error: unknown) => errors.push(error));
    expect(running.runtime.topology()).toBe(before);
    expect(running.runtime.configLoadedAt()).toBe(since);
  }
  expect(errors.length).toBe(2);
  expect(errors.map(String)[0]).toBe(errors.map(String)[1]);
  return errors[0] as ConfigError;
}

describe('a bad config', () => {
  it('has all its mistakes told, and alerts go the way they went', async () => {
    const error = await refusal({
      channels: [{ name: 'ops', colour: 'red' }],
      sources: [{ name: 'scripts', pack: 'no-such-pack', channel: 'opps' }],
      webhooks: [{ name: 'new', urls: [{ url: 'ftp://example.org' }] }],
    });
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.diagnostics.filter(({ severity }) => severity === 'error').length).toBe(4);
    for (const { at } of error.diagnostics) expect(at.line).toBeGreaterThan(0);

    const before = receiver.requests.length;
    await running.alert('scripts', { id: 'a', title: 'as before' });
    await receiver.received(before + 1);
    expect(receiver.requests.at(-1)?.json.data.incident.title).toBe('as before');
  });

  it('that is no YAML, or is not there, is told as well', async () => {
    expect((await refusal('sources: [')).code).toBe('config.invalid');
    running.write(GOOD);
    rmSync(running.configPath);
    await expect(running.runtime.control.reload({ dryRun: false })).rejects.toMatchObject({
      code: 'config.not_found',
    });
    expect([...running.runtime.topology().sources.keys()]).toEqual(['scripts']);
  });

  it('that takes a name the command line has given already is refused at its line', async () => {
    const webhooks = [{ name: 'crm', urls: [{ url: 'http://127.0.0.1:1/of-the-file' }] }];
    const error = await refusal({ ...GOOD, webhooks });
    expect(error.diagnostics).toMatchObject([{ code: 'duplicate_name', severity: 'error' }]);
    const [diagnostic] = error.diagnostics;
    expect(diagnostic?.message).toContain(`webhook "crm"`);
    expect(diagnostic?.message).toContain(`line ${diagnostic?.at.line}`);
    expect(diagnostic?.at.line).toBeGreaterThan(1);
    expect(diagnostic?.fix).toContain('relay webhook remove crm');
  });

  it('that takes away a channel which an object of the database uses is refused, naming that object', async () => {
    const error = await refusal({ ...GOOD, channels: [{ name: 'ops' }] });
    expect(error.diagnostics.map(({ message }) => message).join()).toMatch(/integration\/wall: .*night/);
  });

  it('and the next good one is applied', async () => {
    running.write({ ...GOOD, services: [{ name: 'payments' }] });
    expect(await running.runtime.control.reload({ dryRun: false })).toMatchObject({
      applied: true,
      added: ['service payments'],
      removed: [],
    });
  });
});
