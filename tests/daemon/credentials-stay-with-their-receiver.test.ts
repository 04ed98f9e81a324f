// Nobody is shown a credential. So nobody who comes over the API can have it sent to a receiver of their own either.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

const SECRET = 'a-credential-of-the-receiver';
let running: Running;
let theirs: Receiver;
let elsewhere: Receiver;

beforeAll(async () => {
  theirs = await startReceiver();
  elsewhere = await startReceiver();
  running = await startRunning({
    config: { egress: { allow: ['127.0.0.0/8'] } },
    env: { RELAY_TEST_TEAM: 'payments' },
  });
});
afterAll(async () => {
  await running?.remove();
  await Promise.all([theirs?.close(), elsewhere?.close()]);
});

const control = () => running.runtime.control;
const moved = () => ({ urls: [{ url: elsewhere.url }] });
async function add(name: string, more: Record<string, unknown>): Promise<void> {
  await control().add('webhook', { name, urls: [{ url: theirs.url }], retry: { max: 0 }, ...more }, 'api');
}

describe('over the API a webhook that logs in', () => {
  it.each([
    ['bearer', { auth: { bearer: SECRET } }, 'auth'],
    ['basic', { auth: { basic: { user: 'relay', password: SECRET } } }, 'auth'],
    ['header', { headers: { 'X-Api-Key': SECRET } }, 'headers'],
  ])(
    'by %s is not moved to another host, or over a proxy, with what it logs in with',
    async (name, more, key) => {
      await add(name, more);
      const aside = [{ url: theirs.url }, { url: elsewhere.url }];
      for (const change of [moved(), { urls: aside }, { proxy: elsewhere.url.replace('/hook', '') }]) {
        await expect(control().edit('webhook', name, change, 'api')).rejects.toMatchObject({
          code: 'object.invalid',
          why: expect.stringContaining(key),
        });
      }
      await running.runtime.test(`webhook/${name}`);
      expect(theirs.requests.length).toBeGreaterThan(0);
      expect(elsewhere.requests).toEqual([]);
    },
  );

  it('is moved when they come along, are taken out, or the host stays', async () => {
    await add('free', { auth: { bearer: SECRET }, headers: { 'X-Team': 'payments' } });
    await control().edit('webhook', 'free', { urls: [{ url: `${theirs.url}/v2` }] }, 'api');
    await control().edit('webhook', 'free', { ...moved(), auth: { bearer: 'another-credential' } }, 'api');
    await running.runtime.test('webhook/free');
    expect(elsewhere.requests.at(-1)?.headers.authorization).toBe('Bearer another-credential');
    await control().edit('webhook', 'free', { urls: [{ url: theirs.url }], auth: null }, 'api');
    await running.runtime.test('webhook/free');
    expect(theirs.requests.at(-1)?.headers.authorization).toBeUndefined();
  });

  it('is moved at the terminal as the operator likes', async () => {
    await add('operated', { auth: { bearer: SECRET } });
    await control().edit('webhook', 'operated', moved(), 'cli');
    await running.runtime.test('webhook/operated');
    expect(elsewhere.requests.at(-1)?.headers.authorization).toBe(`Bearer ${SECRET}`);
  });
});

describe('a reference to the environment or a file', () => {
  const HEADERS = { 'X-Team': 'env:RELAY_TEST_TEAM' };

  it('of the terminal stays while an API client changes something else, and is not one for it to give', async () => {
    const urls = [{ url: theirs.url }];
    await control().add('webhook', { name: 'of-ours', urls, headers: HEADERS, retry: { max: 0 } }, 'cli');
    await control().edit('webhook', 'of-ours', { description: 'Tickets' }, 'api');
    await running.runtime.test('webhook/of-ours');
    expect(theirs.requests.at(-1)?.headers['x-team']).toBe('payments');
    for (const change of [{ headers: HEADERS }, moved(), { ...moved(), headers: HEADERS }]) {
      await expect(control().edit('webhook', 'of-ours', change, 'api')).rejects.toMatchObject({
        code: 'object.invalid',
        message: expect.stringContaining('cannot be a reference'),
      });
    }
  });

  it('is not taken into what came over the API, from the terminal neither', async () => {
    await add('of-theirs', {});
    await expect(control().edit('webhook', 'of-theirs', { headers: HEADERS }, 'cli')).rejects.toMatchObject({
      message: 'webhook "of-theirs" was made over the API and takes no references',
      fix: 'make it yours: relay webhook remove of-theirs, then add it again in the terminal',
    });
    await control().edit('webhook', 'of-theirs', { headers: { 'X-Team': 'payments' } }, 'cli');
  });
});
