// Adding, editing, pausing, resuming and removing objects of every noun: in force at once, kept over a restart, refused where the file
// or another object says otherwise.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RelayError } from '../../src/core/errors.js';
import type { Noun } from '../../src/model/topology.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type ConfigObject, type Running, startRunning } from '../kit/running.js';

let receiver: Receiver;
let running: Running;

const CONFIG = () => ({
  services: [{ name: 'of-file' }],
  channels: [
    { name: 'of-file', integrations: [{ name: 'of-file', kind: 'webhook', url: `${receiver.url}/file` }] },
  ],
  sources: [{ name: 'of-file', pack: 'generic', channel: 'of-file', service: 'of-file' }],
  webhooks: [{ name: 'of-file', urls: [{ url: `${receiver.url}/file-hook` }] }],
});
const NOUNS: readonly Noun[] = ['service', 'channel', 'source', 'integration', 'webhook'];
const control = () => running.runtime.control;
const topology = () => running.runtime.topology();

/** Of each noun: what to add, one change, and what shows it in the topology. */
const CASES: Record<
  Noun,
  { spec: ConfigObject; change: ConfigObject; shown: () => unknown; after: unknown }
> = {
  service: {
    spec: { title: 'One' },
    change: { title: 'Two' },
    shown: () => topology().services.get('mine')?.title,
    after: 'Two',
  },
  channel: {
    spec: { title: 'One' },
    change: { title: null },
    shown: () => topology().channels.get('mine')?.title,
    after: 'mine',
  },
  source: {
    spec: { pack: 'generic', channel: 'mine', service: 'mine' },
    change: { channel: null, priority: 'P2' },
    shown: () => {
      const source = topology().sources.get('mine');
      return source && [source.channel, source.defaults.priority, source.service];
    },
    after: [null, 'P2', 'mine'],
  },
  integration: {
    spec: { kind: 'webhook', channel: 'mine', url: 'http://127.0.0.1:1/x' },
    change: { events: ['incident.resolved'] },
    shown: () => topology().destinations.get('integration/mine')?.events,
    after: ['incident.resolved'],
  },
  webhook: {
    spec: { urls: [{ url: 'http://127.0.0.1:1/x' }] },
    change: { urls: [{ url: 'http://127.0.0.1:1/y', method: 'PUT' }], timeout: '3s' },
    shown: () => {
      const destination = topology().destinations.get('webhook/mine');
      return destination && [destination.displayUrl, destination.timeoutMs];
    },
    after: ['http://127.0.0.1:1/y', 3_000],
  },
};

beforeAll(async () => {
  receiver = await startReceiver();
  running = await startRunning({ config: CONFIG() });
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

describe.each(NOUNS)('a %s', (noun) => {
  const { spec, change, shown, after } = CASES[noun];

  it('is added, and once only', async () => {
    const answer = await control().add(noun, { name: 'mine', ...spec }, 'cli');
    if (noun === 'webhook') expect(answer.secret).toMatch(/^whsec_/);
    else expect(answer.secret).toBeNull();
    expect(shown()).toBeDefined();
    await expect(control().add(noun, { name: 'mine', ...spec }, 'cli')).rejects.toMatchObject({
      code: 'object.exists',
    });
    await expect(control().add(noun, { name: 'of-file', ...spec }, 'cli')).rejects.toMatchObject({
      code: 'object.exists',
    });
  });

  it('is changed in the keys named and no others', async () => {
    await control().edit(noun, 'mine', change, 'cli');
    expect(shown()).toEqual(after);
  });

  it('is not changed into something invalid', async () => {
    await expect(control().edit(noun, 'mine', { nonsense: 1 }, 'cli')).rejects.toMatchObject({
      code: 'object.invalid',
    });
    expect(shown()).toEqual(after);
    expect(
      (await running.store.listObjects()).find((object) => object.noun === noun)?.spec,
    ).not.toHaveProperty('nonsense');
  });

  it('of the file is changed there only, and the refusal names its line', async () => {
    const lines = readFileSync(running.configPath, 'utf8').split('\n');
    for (const attempt of [
      () => control().edit(noun, 'of-file', change, 'cli'),
      () => control().remove(noun, 'of-file'),
    ]) {
      const error = (await attempt().catch((thrown: unknown) => thrown)) as RelayError;
      expect(error.code).toBe('config.origin_file');
      const line = Number(/at line (\d+)/.exec(error.fix ?? '')?.[1]);
      expect(lines[line - 1]).toContain('- name: of-file');
    }
  });

  it('that is unknown is not found, with the nearest name', async () => {
    for (const attempt of [
      () => control().edit(noun, 'mines', change, 'cli'),
      () => control().remove(noun, 'mines'),
    ])
      await expect(attempt()).rejects.toMatchObject({
        code: 'object.not_found',
        fix: expect.stringContaining('"mine"'),
      });
  });
});

describe.each(['source', 'integration', 'webhook'] as const)('pausing a %s', (noun) => {
  it.each(['mine', 'of-file'])('works for the one %s, and resuming too', async (name) => {
    const isPaused = () =>
      noun === 'source'
        ? topology().sources.get(name)?.paused
        : topology().destinations.get(`${noun}/${name}`)?.paused;
    expect(isPaused()).toBe(false);
    await control().setPaused(noun, name, true);
    expect(isPaused()).toBe(true);
    await control().setPaused(noun, name, true);
    await control().setPaused(noun, name, false);
    expect(isPaused()).toBe(false);
  });
});

describe('all of it', () => {
  it('outlives a restart', async () => {
    await control().setPaused('source', 'of-file', true);
    await running.stop();
    running = await startRunning({ config: CONFIG(), dir: running.dir });
    for (const noun of NOUNS) expect(CASES[noun].shown()).toEqual(CASES[noun].after);
    expect(topology().sources.get('of-file')?.paused).toBe(true);
    expect(topology().sources.get('mine')?.paused).toBe(false);
  });

  it('is removed, but not while something uses it', async () => {
    await control().edit('source', 'mine', { channel: 'mine' }, 'cli');
    await expect(control().remove('channel', 'mine')).rejects.toMatchObject({
      code: 'object.in_use',
      message: expect.stringMatching(/source mine.*integration mine/),
    });
    await expect(control().remove('service', 'mine')).rejects.toMatchObject({
      code: 'object.in_use',
      message: expect.stringContaining('source mine'),
    });
    for (const noun of ['integration', 'webhook', 'source', 'channel', 'service'] as const) {
      await control().remove(noun, 'mine');
      expect(CASES[noun].shown()).toBeUndefined();
    }
    expect(await running.store.listObjects()).toEqual([]);
  });
});

it('a mistake names its key once', async () => {
  const spec = { name: 'wrong', urls: [{ url: receiver.url }], when: '{{ incident.title == }}' };
  await expect(control().add('webhook', spec, 'cli')).rejects.toMatchObject({
    code: 'object.invalid',
    message: expect.stringMatching(/^this webhook is not valid: "when": expected/),
  });
});
