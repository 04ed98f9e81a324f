// Messages of Amazon SNS: what is signed, whose certificate counts, and which addresses are ever called. The signer of the tests is held
// against Amazon's own validator first.

import https from 'node:https';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import MessageValidator from 'sns-validator';
import type { VerifyMethod } from '../../../src/model/topology.js';
import { isSnsUrl } from '../../../src/sources/verify/sns.js';
import { createCertificates, type Fetched } from '../../../src/sources/verify/sns-certificates.js';
import { createFetchSns, getBounded } from '../../../src/sources/verify/sns-fetch.js';
import { startProxy } from '../../faults/destinations/proxy.js';
import { type Receiver, startReceiver } from '../../kit/receiver.js';
import { NOW, requestOf, verdictOf, wordFor } from './kit/requests.js';
import {
  CERTIFICATE,
  CERTIFICATE_URL,
  confirmation,
  type Message,
  notification,
  PUBLIC_KEY,
  SUBSCRIBE_URL,
  TOPIC,
} from './kit/sns-messages.js';

const SNS: VerifyMethod = { method: 'sns' };
const certificateOf = async () => PUBLIC_KEY;
const word = (message: Message | string, method = SNS): Promise<string> =>
  wordFor(
    method,
    [],
    requestOf({}, typeof message === 'string' ? message : JSON.stringify(message)),
    certificateOf,
  );

describe('the signer of these tests', () => {
  const { get } = https;
  afterEach(() => {
    https.get = get;
  });

  it.each([
    ['a notification, version 1', notification({}, '1')],
    ['a notification, version 2', notification({}, '2')],
    ['a notification without a subject', notification({ Subject: undefined })],
    ['a confirmation, version 1', confirmation({}, '1')],
    ['a confirmation, version 2', confirmation({}, '2')],
  ])("signs as Amazon's validator wants it: %s", async (_what, message) => {
    // The validator has no other way in for a certificate than https.get.
    https.get = ((_url: string, answered: (answer: unknown) => void) => {
      const answer = Object.assign(new PassThrough(), { statusCode: 200 });
      answered(answer);
      answer.end(CERTIFICATE);
      return { on: () => undefined };
    }) as unknown as typeof https.get;
    const validate = (given: Message): Promise<Error | null> =>
      new Promise((resolve) => new MessageValidator().validate(given, (error) => resolve(error ?? null)));
    expect(await validate(message)).toBeNull();
    expect(await validate({ ...message, Message: 'other' })).toBeInstanceOf(Error);
  });
});

describe('a message of SNS', () => {
  it.each([
    ['a notification, version 1', notification({}, '1')],
    ['a notification, version 2', notification({}, '2')],
    ['a notification without a subject', notification({ Subject: undefined })],
    ['a confirmation, version 1', confirmation({}, '1')],
    ['a confirmation, version 2', confirmation({}, '2')],
    ['the end of a subscription', confirmation({ Type: 'UnsubscribeConfirmation' })],
    ['with values that are not signed', { ...notification(), MessageAttributes: { a: 1 } }],
  ])('is accepted: %s', async (_what, message) => {
    expect(await word(message)).toBe('ok');
  });

  const signed = notification();
  it.each<[string, Message, string]>([
    ['another text', { ...signed, Message: 'x' }, 'wrong'],
    ['another topic', { ...signed, TopicArn: `${TOPIC}2` }, 'wrong'],
    ['another subject', { ...signed, Subject: 'x' }, 'wrong'],
    ['no subject any more', { ...signed, Subject: null }, 'wrong'],
    ['a type of its own', { ...signed, Type: 'Alarm' }, 'wrong'],
    [
      'a confirmation made of a notification',
      { ...signed, Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL: SUBSCRIBE_URL },
      'wrong',
    ],
    ['the address to visit exchanged', { ...confirmation(), SubscribeURL: `${SUBSCRIBE_URL}&x=1` }, 'wrong'],
    ['the version exchanged', { ...signed, SignatureVersion: '2' }, 'wrong'],
    ['a version of its own', { ...signed, SignatureVersion: '3' }, 'wrong'],
    ['no version', { ...signed, SignatureVersion: undefined }, 'wrong'],
    ['a number for a text', { ...signed, Message: 5 }, 'wrong'],
    ['a type that every object knows', { ...signed, Type: 'constructor' }, 'wrong'],
    ['a version that every object knows', { ...signed, SignatureVersion: 'constructor' }, 'wrong'],
    ['a signature that is none', { ...signed, Signature: '%%%' }, 'wrong'],
    ['an empty signature', { ...signed, Signature: '' }, 'wrong'],
    ['no signature', { ...signed, Signature: undefined }, 'missing'],
    ['no certificate', { ...signed, SigningCertURL: undefined }, 'missing'],
  ])('is refused with %s', async (_what, message, because) => {
    expect(await word(message)).toBe(because);
    // Letting raw messages through must not let these through.
    expect(await word(message, { ...SNS, raw: 'allow' })).toBe(because);
  });

  it.each([
    ['JSON of another kind', '{"AlarmName":"cpu","NewStateValue":"ALARM"}'],
    ['a text', 'disk is full'],
    ['a list', '[{"Type":"Notification"}]'],
    ['nothing', ''],
  ])('that is none (raw delivery: %s) is refused unless raw ones are let through', async (_what, body) => {
    expect(await word(body)).toBe('missing');
    expect(await word(body, { ...SNS, raw: 'allow' })).toBe('ok');
  });

  it.each([
    ['as a form', 'application/x-www-form-urlencoded', 'wrong'],
    ['in another charset', 'text/plain; charset=shift_jis', 'wrong'],
    ['as Amazon sends it', 'text/plain; charset=UTF-8', 'ok'],
    ['as JSON', 'application/json', 'ok'],
  ])('that templates would read %s', async (_what, type, verdict) => {
    // Members that are not signed may hold anything: read as something else, the same bytes would say it.
    const message = JSON.stringify({ ...notification(), x: '&Message=forged&' });
    const request = requestOf({ 'Content-Type': type }, message);
    expect(await wordFor(SNS, [], request, certificateOf)).toBe(verdict);
    expect(await wordFor({ ...SNS, raw: 'allow' }, [], request, certificateOf)).toBe(verdict);
  });

  it('is taken of the topics named only', async () => {
    expect(await word(notification(), { ...SNS, topics: [TOPIC] })).toBe('ok');
    expect(await word(notification(), { ...SNS, topics: [`${TOPIC}-2`] })).toBe('wrong');
    expect(await word(confirmation(), { ...SNS, topics: [`${TOPIC}-2`] })).toBe('wrong');
  });

  it('names what is to be confirmed, for a subscription alone', async () => {
    const verdictFor = (message: Message) =>
      verdictOf(SNS, [], requestOf({}, JSON.stringify(message)), certificateOf);
    expect(await verdictFor(confirmation())).toEqual({
      ok: true,
      confirm: { url: SUBSCRIBE_URL, topic: TOPIC },
    });
    expect(await verdictFor(confirmation({ Type: 'UnsubscribeConfirmation' }))).toEqual({ ok: true });
    expect(await verdictFor(notification({ SubscribeURL: SUBSCRIBE_URL }))).toEqual({ ok: true });
  });
});

describe('an address', () => {
  const strange = [
    'http://sns.eu-west-1.amazonaws.com/x.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/x.pem',
    'https://evil.example/sns.eu-west-1.amazonaws.com/x.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.example/x.pem',
    'https://user:pw@sns.eu-west-1.amazonaws.com/x.pem',
    'https://evil.example#sns.eu-west-1.amazonaws.com/x.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/x.pem',
    'https://sns.eu-west-1.amazonaws.com./x.pem',
    'https://s3.eu-west-1.amazonaws.com/x.pem',
    'https://bucket.s3.amazonaws.com/x.pem',
    'https://sns-eu-west-1.amazonaws.com/x.pem',
    'https://sns.a.b.amazonaws.com/x.pem',
    'https://sns.amazonaws.com/x.pem',
    // A bucket of S3 that somebody called "sns".
    'https://sns.s3.amazonaws.com/x.pem',
    'https://sns.s3-us-west-2.amazonaws.com/x.pem',
    'https://sns.s3-external-1.amazonaws.com/x.pem',
    'https://sns.s3-accelerate.amazonaws.com/x.pem',
    'https://sns.s3-control.amazonaws.com/x.pem',
    'https://sns.eu-west-1.amazonaws.com.de/x.pem',
    'https://sns.eu-west-1.amazonaws。com.evil.example/x.pem',
    'https://127.0.0.1/x.pem',
    'file:///etc/passwd',
    'x.pem',
    '',
  ];

  it.each([
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-1.pem',
    'https://sns.us-gov-west-1.amazonaws.com:443/x.pem',
    'https://sns.ap-southeast-2.amazonaws.com/x.pem',
    'https://sns.il-central-1.amazonaws.com/x.pem',
  ])('of SNS is called: %s', (url) => {
    expect(isSnsUrl(url)).toBe(true);
  });

  it.each(strange)('that is not of SNS is never called: %s', async (url) => {
    expect(isSnsUrl(url)).toBe(false);
    const asked: string[] = [];
    const spy = async (given: string) => {
      asked.push(given);
      return PUBLIC_KEY;
    };
    const message = JSON.stringify(notification({ SigningCertURL: url }));
    expect(await wordFor(SNS, [], requestOf({}, message), spy)).toBe('wrong');
    expect(asked).toEqual([]);
    expect(await word(confirmation({ SubscribeURL: url }))).toBe('wrong');
    await expect(createFetchSns(() => null)(url)).rejects.toThrow('no address of Amazon SNS');
  });

  it('of a certificate ends in .pem', async () => {
    expect(await word(notification({ SigningCertURL: SUBSCRIBE_URL }))).toBe('wrong');
    // What stands behind a "?" would fetch the same certificate anew for every made-up address.
    expect(await word(notification({ SigningCertURL: `${CERTIFICATE_URL}?1` }))).toBe('wrong');
  });
});

describe('a signing certificate', () => {
  const answering = (answers: (Fetched | Error)[]) => {
    const asked: string[] = [];
    let now = NOW;
    const certificates = createCertificates(
      async (url) => {
        asked.push(url);
        const answer = answers[Math.min(asked.length, answers.length) - 1] as Fetched | Error;
        if (answer instanceof Error) throw answer;
        return answer;
      },
      () => now,
    );
    const pass = (ms: number): void => {
      now += ms;
    };
    return { asked, certificates, pass };
  };
  const good: Fetched = { status: 200, text: CERTIFICATE };
  const check = (certificates: typeof certificateOf) =>
    wordFor(SNS, [], requestOf({}, JSON.stringify(notification())), certificates);

  it('is fetched once for requests side by side and after each other, and anew after a day', async () => {
    const { asked, certificates, pass } = answering([good]);
    const words = await Promise.all([1, 2, 3].map(() => check(() => certificates(CERTIFICATE_URL))));
    expect([...words, await check(() => certificates(CERTIFICATE_URL))]).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(asked).toEqual([CERTIFICATE_URL]);
    pass(24 * 3_600_000);
    expect(await check(() => certificates(CERTIFICATE_URL))).toBe('ok');
    expect(asked.length).toBe(2);
  });

  it.each<[string, Fetched | Error]>([
    ['no answer', new Error('getaddrinfo ENOTFOUND')],
    ['a redirect', { status: 302, text: '' }],
    ['an error', { status: 503, text: CERTIFICATE }],
    ['no certificate', { status: 200, text: 'hello' }],
  ])('that cannot be had (%s) is the sender’s to try again, and asked for anew', async (_what, answer) => {
    const { asked, certificates } = answering([answer, good]);
    expect(await check(() => certificates(CERTIFICATE_URL))).toBe('unavailable');
    expect(await check(() => certificates(CERTIFICATE_URL))).toBe('ok');
    expect(asked.length).toBe(2);
  });

  it('of somebody else accepts nothing', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(await check(async () => publicKey)).toBe('wrong');
  });
});

describe('what is fetched from SNS', () => {
  let receiver: Receiver;
  afterEach(() => receiver.close());

  it('is answered as it comes, without following a redirect', async () => {
    receiver = await startReceiver();
    receiver.answer({ status: 200, body: CERTIFICATE });
    expect(await getBounded(`${receiver.url}/x.pem`)).toEqual({ status: 200, text: CERTIFICATE });
    receiver.answer({ status: 302, headers: { location: `${receiver.url}/elsewhere` } });
    expect(await getBounded(`${receiver.url}/x.pem`)).toMatchObject({ status: 302 });
    expect(receiver.requests.map(({ path, method }) => `${method} ${path}`)).toEqual([
      'GET /hook/x.pem',
      'GET /hook/x.pem',
    ]);
  });

  it('ends in time, within its size, and is not tried twice', async () => {
    receiver = await startReceiver();
    receiver.answer('hang');
    await expect(getBounded(`${receiver.url}/x.pem`, { timeoutMs: 100 })).rejects.toThrow(/timeout/i);
    receiver.answer({ drip: 'x'.repeat(8_192), everyMs: 0, bytes: 50_000_000 });
    await expect(getBounded(`${receiver.url}/x.pem`)).rejects.toThrow('larger than 65536 bytes');
    expect(receiver.requests.length).toBe(2);
  });

  it('comes over the proxy that the config names, with its credentials', async () => {
    receiver = await startReceiver();
    receiver.answer({ status: 200, body: CERTIFICATE });
    const proxy = await startProxy();
    try {
      const { host } = new URL(proxy.url);
      const answer = await getBounded(`${receiver.url}/x.pem`, { proxy: `http://us%40er:pass@${host}` });
      expect(answer).toEqual({ status: 200, text: CERTIFICATE });
      const authorization = `Basic ${Buffer.from('us@er:pass').toString('base64')}`;
      expect(proxy.asked).toEqual([{ what: `CONNECT ${new URL(receiver.url).host}`, authorization }]);
    } finally {
      await proxy.close();
    }
  });

  it('is asked of the proxy in force at the time, and fails when that refuses', async () => {
    receiver = await startReceiver();
    const proxy = await startProxy({ refuseWith: 403 });
    let current: string | null = null;
    try {
      const fetchSns = createFetchSns(() => current);
      current = proxy.url;
      await expect(fetchSns(CERTIFICATE_URL)).rejects.toThrow();
      expect(proxy.asked.map(({ what }) => what)).toEqual([`CONNECT ${new URL(CERTIFICATE_URL).host}:443`]);
    } finally {
      await proxy.close();
    }
  });
});
