// Amazon SNS over the wire, with a double of Amazon on 127.0.0.1: a genuine request for a subscription is confirmed in the background,
// all else is refused and nothing is called.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSignatureChecks } from '../../src/http/ingest/ingest-signature.js';
import { getBounded } from '../../src/sources/verify/sns-fetch.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';
import {
  CERTIFICATE,
  confirmation,
  type Message,
  notification,
  TOPIC,
} from '../sources/verify/kit/sns-messages.js';
import { ask, type Running as Listener, refusalOf, startSocket, startTcp } from './kit/listener.js';
import { makeSource } from './kit/runtime.js';

let amazon: Receiver;
let running: Running;
let tcp: Listener;
let socket: Listener;

/** Calls the double where Amazon would be called; the path and query stay. */
const fetchSns = (url: string) => {
  const { pathname, search } = new URL(url);
  return getBounded(`${new URL(amazon.url).origin}${pathname}${search}`);
};
const confirmed = { status: 200, body: '<ConfirmSubscriptionResponse/>' };
const certificate = { status: 200, body: CERTIFICATE };

beforeEach(async () => {
  amazon = await startReceiver(({ path }) => (path.endsWith('.pem') ? certificate : confirmed));
  running = await startRunning({
    fetchSns,
    config: {
      channels: [{ name: 'ops' }],
      sources: [{ name: 'aws', pack: 'aws-sns', channel: 'ops', key: 'key-of-aws-0123456' }],
    },
  });
  [tcp, socket] = [await startTcp(running.runtime), await startSocket(running.runtime)];
});
afterEach(async () => {
  await Promise.all([tcp.close(), socket.close(), amazon.close()]);
  await running.remove();
});

// SNS sends its JSON as text/plain.
const post = (message: Message | string): Promise<Response> =>
  fetch(`${tcp.at}/in/aws/key-of-aws-0123456`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=UTF-8' },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
const visits = (): string[] => amazon.requests.map(({ path }) => path.slice(0, 24));
/** A refusal is kept beside the answer, not before it. */
const rejects = async () => {
  const read = async () => (await running.store.listRejects({ source: 'aws', limit: 10 })).items;
  await untilTrue('a refusal is kept', async () => (await read()).length > 0);
  return read();
};
const subscription = async (): Promise<string> =>
  (await ask(socket.at, 'GET', '/api/v1/sources/aws')).json.subscription;

describe('a subscription', () => {
  it('is confirmed, told in the log and in source show, and opens no incident', async () => {
    expect(await subscription()).toBeNull();
    const answer = await post(confirmation());
    expect([answer.status, await answer.json()]).toMatchObject([202, { alerts: [{ incident: null }] }]);
    await untilTrue('it is confirmed', async () => (await subscription()).startsWith('confirmed'));
    expect(await subscription()).toContain(TOPIC);
    expect(visits()).toEqual(['/SimpleNotificationServi', '/?Action=ConfirmSubscrip']);
    expect(running.logged.join('')).toContain('subscription of Amazon SNS confirmed');
    // The token would let anybody confirm it.
    expect(running.logged.join('')).not.toContain('2336412f37');
  });

  it.each([
    ['of a topic changed on its way', { ...confirmation(), TopicArn: `${TOPIC}2` }],
    ['with an address that is not of SNS', confirmation({ SubscribeURL: 'https://evil.example/?x' })],
    ['with an address inside the network', confirmation({ SubscribeURL: 'http://169.254.169.254/latest' })],
  ])('%s is refused, kept, and never visited', async (_what, message) => {
    expect(await refusalOf(await post(message))).toEqual([401, 'ingest.bad_signature']);
    expect(visits().filter((path) => !path.startsWith('/Simple'))).toEqual([]);
    expect(await rejects()).toMatchObject([{ code: 'ingest.bad_signature', body: '' }]);
    expect(await subscription()).toBeNull();
  });

  it('is refused for good by a certificate from elsewhere, which is not even fetched', async () => {
    const message = confirmation({ SigningCertURL: 'https://evil.example/x.pem' });
    expect(await refusalOf(await post(message))).toEqual([401, 'ingest.bad_signature']);
    expect(visits()).toEqual([]);
    expect((await rejects())[0]?.reason).toContain('SigningCertURL is not an https address');
  });

  it('is to be sent again while the certificate cannot be had', async () => {
    amazon.answer({ status: 503 });
    const answer = await post(confirmation());
    expect(answer.headers.get('retry-after')).toBe('20');
    expect(await refusalOf(answer)).toEqual([503, 'ingest.cannot_verify']);
  });

  it('is taken from a sample over the local socket without calling anybody', async () => {
    const body = Buffer.from(JSON.stringify(confirmation()));
    const type = { 'content-type': 'application/json' };
    expect((await ask(socket.at, 'POST', '/in/aws/key-of-aws-0123456', body, type)).status).toBe(202);
    expect(visits()).toEqual([]);
  });
});

describe('a notification', () => {
  it('is taken when it is genuine, refused when it is not, and taken raw', async () => {
    const alarm = '{"AlarmName":"cpu","NewStateValue":"ALARM","AlarmArn":"arn:aws:cloudwatch:x:1:alarm:cpu"}';
    const genuine = notification({ Message: alarm }, '2');
    expect((await post(genuine)).status).toBe(202);
    const changed = { ...genuine, Message: alarm.replace('ALARM"', 'OK"') };
    expect(await refusalOf(await post(changed))).toEqual([401, 'ingest.bad_signature']);
    expect((await post(alarm)).status).toBe(202);
    expect((await running.store.listAlerts({ source: 'aws', limit: 10 })).items.length).toBe(2);
  });
});

describe('the visit that confirms', () => {
  const source = makeSource('aws', { verify: { methods: [{ method: 'sns' }], secrets: [], by: 'pack' } });
  const checks = (statuses: readonly (number | Error)[]) => {
    const asked: string[] = [];
    const parts = {
      clock: running.runtime.clock,
      log: running.runtime.log,
      confirmAfterMs: [0, 1, 1],
      fetchSns: async (url: string) => {
        if (url.endsWith('.pem')) return { status: 200, text: CERTIFICATE };
        const answer = statuses[asked.push(url) - 1] as number | Error;
        if (answer instanceof Error) throw answer;
        return { status: answer, text: '' };
      },
    };
    return { asked, checks: createSignatureChecks(parts) };
  };
  const body = Buffer.from(JSON.stringify(confirmation()));

  it.each<[string, (number | Error)[], number, string]>([
    ['is tried again after an error', [500, new Error('ECONNRESET'), 200], 3, 'confirmed'],
    ['is given up after some tries', [500, 500, 503], 3, 'not confirmed, Amazon answered 503'],
    ['does not follow a redirect', [302, 200], 1, 'not confirmed, Amazon answered 302'],
    ['is not tried again when it has ended', [403, 200], 1, 'not confirmed, Amazon answered 403'],
  ])('%s', async (_what, statuses, tries, outcome) => {
    const { asked, checks: signatures } = checks(statuses);
    await signatures.check(source, {}, body);
    await untilTrue('it is done', async () => signatures.subscription('aws')?.startsWith(outcome) === true);
    expect(asked.length).toBe(tries);
  });

  it('keeps nobody waiting, and is made once for a request that is repeated meanwhile', async () => {
    const asked: string[] = [];
    const signatures = createSignatureChecks({
      clock: running.runtime.clock,
      log: running.runtime.log,
      fetchSns: async (url) => {
        if (url.endsWith('.pem')) return { status: 200, text: CERTIFICATE };
        asked.push(url);
        return new Promise(() => undefined);
      },
    });
    await signatures.check(source, {}, body);
    await signatures.check(source, {}, body);
    expect(asked.length).toBe(1);
    expect(signatures.subscription('aws')).toContain('being confirmed');
  });
});
