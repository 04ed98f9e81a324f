// Rotating secrets: a webhook is signed with old and new until the overlap ends, by itself; a source's old key ends at once. Never more
// than ten signing secrets, and none that was given is passed over.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

const GIVEN = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const KEY = 'a-key-of-the-environment-123';
const HOUR_MS = 3_600_000;

let receiver: Receiver;
let running: Running;

const control = () => running.runtime.control;

const options = () => ({
  env: { GIVEN, KEY },
  config: {
    channels: [{ name: 'ops' }],
    sources: [
      { name: 'scripts', pack: 'generic', channel: 'ops' },
      { name: 'keyed', pack: 'generic', channel: 'ops', key: 'env:KEY' },
    ],
    webhooks: [
      { name: 'crm', urls: [{ url: receiver.url }] },
      { name: 'given', urls: [{ url: receiver.url }], secret: 'env:GIVEN' },
    ],
  },
});
beforeAll(async () => {
  receiver = await startReceiver();
  running = await startRunning(options());
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

/** Which of these secrets a test request of the webhook verifies with, and how many signatures it bears. */
async function signedWith(name: string, secrets: readonly string[]): Promise<[number, boolean[]]> {
  expect(await running.runtime.test(`webhook/${name}`)).toMatchObject({ outcome: 'delivered' });
  const { text, headers } = receiver.requests.at(-1) as (typeof receiver.requests)[number];
  const verifies = (secret: string): boolean => {
    try {
      new Webhook(secret).verify(text, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };
  return [String(headers['webhook-signature']).split(' ').length, secrets.map(verifies)];
}
const rotate = async (name: string, overlapMs: number): Promise<string> =>
  (await control().rotateSecret(name, overlapMs)).secret as string;
const inForce = (name: string) => running.runtime.topology().destinations.get(`webhook/${name}`)?.settings;

describe('rotating the signing secret of a webhook', () => {
  it('without an overlap ends the old one at once', async () => {
    const first = await rotate('crm', 0);
    const second = await rotate('crm', 0);
    expect(first).not.toBe(second);
    expect(await signedWith('crm', [first, second])).toEqual([1, [false, true]]);
  });

  it('with an overlap signs with both, and with the new one alone when it ends, with nobody doing anything', async () => {
    const first = await rotate('crm', 0);
    const second = await rotate('crm', 1_500);
    expect(await signedWith('crm', [first, second])).toEqual([2, [true, true]]);
    const before = inForce('crm');
    await untilTrue('the overlap ended', () => inForce('crm') !== before);
    expect(await signedWith('crm', [first, second])).toEqual([1, [false, true]]);
  });

  it('goes on over a restart in the middle of an overlap', async () => {
    const first = await rotate('crm', 0);
    const second = await rotate('crm', HOUR_MS);
    await running.stop();
    running = await startRunning({ ...options(), dir: running.dir });
    expect(await signedWith('crm', [first, second])).toEqual([2, [true, true]]);
  });

  it('is refused at the eleventh in force, and one without an overlap clears them', async () => {
    await rotate('crm', 0);
    const secrets: string[] = [];
    for (let count = 2; count <= 10; count++) secrets.push(await rotate('crm', HOUR_MS));
    const [signatures] = await signedWith('crm', []);
    expect(signatures).toBe(10);
    await expect(control().rotateSecret('crm', HOUR_MS)).rejects.toMatchObject({
      code: 'object.invalid',
      fix: expect.stringContaining('--overlap 0s'),
    });
    expect(await signedWith('crm', secrets)).toEqual([10, secrets.map(() => true)]);
    const last = await rotate('crm', 0);
    expect(await signedWith('crm', [...secrets, last])).toEqual([1, [...secrets.map(() => false), true]]);
  });

  it('is refused for one whose secret stands in the file', async () => {
    await expect(control().rotateSecret('given', 0)).rejects.toMatchObject({ code: 'config.origin_file' });
    expect(await signedWith('given', [GIVEN])).toEqual([1, [true]]);
  });

  it('of one that was added with a secret of its own is refused as well, with what to do', async () => {
    const spec = { name: 'own', urls: [{ url: receiver.url }], secret: 'env:GIVEN' };
    expect(await control().add('webhook', spec, 'cli')).toEqual({ name: 'own', secret: null });
    await expect(control().rotateSecret('own', HOUR_MS)).rejects.toMatchObject({ code: 'object.invalid' });
    expect(await signedWith('own', [GIVEN])).toEqual([1, [true]]);
    await control().edit('webhook', 'own', { secret: null }, 'cli');
    const made = await rotate('own', 0);
    expect(await signedWith('own', [GIVEN, made])).toEqual([1, [false, true]]);
  });
});

describe('rotating the key of a source', () => {
  const keyOf = (name: string) => running.runtime.topology().sources.get(name)?.key;

  it('puts a new one in force at once', async () => {
    const old = keyOf('scripts') as string;
    const url = await control().rotateKey('scripts');
    expect(keyOf('scripts')).not.toBe(old);
    expect(url.endsWith(`/in/scripts/${keyOf('scripts')}`)).toBe(true);
    const kept = (await running.store.secrets()).filter(({ name }) => name === 'scripts');
    expect(kept.map(({ value }) => value)).toEqual([keyOf('scripts')]);
  });

  it('is refused for one whose key stands in the file', async () => {
    await expect(control().rotateKey('keyed')).rejects.toMatchObject({ code: 'config.origin_file' });
    expect(keyOf('keyed')).toBe(KEY);
  });

  it('of one that was added with a key of its own ends that one too', async () => {
    await control().add('source', { name: 'added', pack: 'generic', key: 'env:KEY' }, 'cli');
    expect(keyOf('added')).toBe(KEY);
    const url = await control().rotateKey('added');
    expect(keyOf('added')).not.toBe(KEY);
    expect(url.endsWith(`/in/added/${keyOf('added')}`)).toBe(true);
  });
});

describe('a name that was used before', () => {
  it('in the file brings neither key, secret nor pause to what is added by hand', async () => {
    const { runtime, store } = running;
    const key = runtime.topology().sources.get('scripts')?.key;
    await control().setPaused('source', 'scripts', true);
    await control().setPaused('webhook', 'crm', true);
    running.write({ channels: [{ name: 'ops' }] });
    await control().reload({ dryRun: false });

    await control().add('source', { name: 'scripts', pack: 'generic', channel: 'ops' }, 'cli');
    const { secret } = await control().add('webhook', { name: 'crm', urls: [{ url: receiver.url }] }, 'cli');
    expect(runtime.topology().sources.get('scripts')).toMatchObject({ paused: false });
    expect(runtime.topology().sources.get('scripts')?.key).not.toBe(key);
    expect(secret).toMatch(/^whsec_/);
    expect(await signedWith('crm', [secret as string])).toEqual([1, [true]]);
    const kept = (await store.secrets()).filter(({ name }) => name === 'scripts' || name === 'crm');
    expect(kept.length).toBe(2);
  });
});
