// The receiver of `relay listen` with real requests: success, failing the first n, Retry-After, reset, hang, delay, large bodies, port in use.

import { afterEach, describe, expect, it } from '@jest/globals';
import { type FaultPlan, parseFault } from '../../src/cli/commands/listen/faults.js';
import {
  BODY_LIMIT_BYTES,
  type Received,
  type Receiver,
  type ReceiverOptions,
  startReceiver,
} from '../../src/cli/commands/listen/receiver.js';

const NO_FAULT: FaultPlan = { fault: null, delayMs: 0, retryAfterSeconds: null };
const open: Receiver[] = [];

function gate() {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function start(plan: Partial<FaultPlan>, more: Partial<ReceiverOptions> = {}) {
  const received: Received[] = [];
  const receiver = await startReceiver({
    port: 0,
    plan: { ...NO_FAULT, ...plan },
    clock: { now: () => 1_700_000_000_000 },
    onRequest: (request) => received.push(request),
    ...more,
  });
  open.push(receiver);
  const post = (body: string, path = '/hook') =>
    fetch(`${receiver.url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-team': 'payments' },
    });
  return { receiver, received, post };
}

afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close();
});

describe('the receiver', () => {
  it('answers 200 and hands over what came', async () => {
    const { received, post } = await start({});
    const response = await post('{"title":"é"}', '/hook?x=1');
    expect(response.status).toBe(200);
    expect(received).toEqual([
      expect.objectContaining({
        number: 1,
        at: 1_700_000_000_000,
        method: 'POST',
        path: '/hook?x=1',
        body: '{"title":"é"}',
        bodyBytes: 14,
        answered: 200,
        headers: expect.objectContaining({ 'x-team': 'payments' }),
      }),
    ]);
  });

  it('fails every request with the asked status', async () => {
    const { post } = await start({ fault: parseFault('503') });
    expect([(await post('{}')).status, (await post('{}')).status]).toEqual([503, 503]);
  });

  it('fails only the first n, and sends Retry-After with those alone', async () => {
    const { post } = await start({ fault: parseFault('429:2'), retryAfterSeconds: 30 });
    const answers = [await post('{}'), await post('{}'), await post('{}')];
    expect(answers.map((answer) => [answer.status, answer.headers.get('retry-after')])).toEqual([
      [429, '30'],
      [429, '30'],
      [200, null],
    ]);
  });

  it('closes the connection without an answer on reset', async () => {
    const { received, post } = await start({ fault: parseFault('reset:1') });
    await expect(post('{}')).rejects.toThrow();
    expect(received.map((request) => request.answered)).toEqual(['reset']);
    expect((await post('{}')).status).toBe(200);
  });

  it('never answers on hang', async () => {
    const arrived = gate();
    const { receiver } = await start({ fault: parseFault('hang') }, { onRequest: () => arrived.resolve() });
    const abort = new AbortController();
    const answer = fetch(receiver.url, { method: 'POST', body: '{}', signal: abort.signal });
    await arrived.promise;
    abort.abort();
    await expect(answer).rejects.toThrow(/abort/);
  });

  it('waits before it answers', async () => {
    const asked: number[] = [];
    const release = gate();
    const waiting = gate();
    const { post } = await start(
      { delayMs: 2_000 },
      {
        sleep: (ms) => {
          asked.push(ms);
          waiting.resolve();
          return release.promise;
        },
      },
    );
    let isAnswered = false;
    const answer = post('{}').then((response) => {
      isAnswered = true;
      return response.status;
    });
    await waiting.promise;
    expect(isAnswered).toBe(false);
    release.resolve();
    expect(await answer).toBe(200);
    expect(asked).toEqual([2_000]);
  });

  it('keeps no body over the limit and answers 413', async () => {
    const { received, post } = await start({});
    const response = await post('x'.repeat(BODY_LIMIT_BYTES + 1));
    expect(response.status).toBe(413);
    expect(received[0]?.bodyBytes).toBe(BODY_LIMIT_BYTES + 1);
    expect(received[0]?.body.length).toBeLessThanOrEqual(BODY_LIMIT_BYTES);
  });

  it('says which port is in use and what to do', async () => {
    const { receiver } = await start({});
    await expect(start({}, { port: receiver.port })).rejects.toMatchObject({
      code: 'daemon.port_in_use',
      message: `port ${receiver.port} on 127.0.0.1 is in use`,
      fix: expect.stringContaining('--port'),
    });
  });
});

describe('parseFault', () => {
  it.each(['', 'x', '99', '600', '503:', '503:-1', '100'])('refuses %j', (text) => {
    expect(() => parseFault(text)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });
});
