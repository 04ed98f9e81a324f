// The method `sns`: the signature inside an Amazon SNS message. Which text is signed, which addresses are Amazon's, and what is to be
// confirmed. Certificates are given by `certificateOf`: nothing is fetched here.
// Rules: "Verifying the signatures of Amazon SNS messages" in the SNS developer guide; the order of the keys is that of their bytes.

import { createVerify, type KeyObject } from 'node:crypto';
import type { VerifyMethod } from '../../model/topology.js';
import { type Check, headerOf, refusal, type Verdict } from './check.js';

const SIGNED_KEYS: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
const ALGORITHMS: ReadonlyMap<unknown, string> = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
]);
/** A region has no digit but in its last part: `sns.s3-us-west-2.amazonaws.com` is a bucket of S3 that anybody may fill. */
const HOST = /^sns\.[a-z]{2,6}(-[a-z]{2,12}){1,3}-\d{1,2}\.amazonaws\.com(\.cn)?$/;
const FORM = /^\s*application\/x-www-form-urlencoded\b/i;
const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8\b|us-ascii\b)/i;

/** The public key of a signing certificate at an address that `isSnsUrl` accepts. Rejects when it cannot be had. */
export type CertificateOf = (url: string) => Promise<KeyObject>;

/** https, the usual port, nothing but a host of SNS at amazonaws.com (or .com.cn). */
export function isSnsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, port, username, password } = new URL(text);
  return protocol === 'https:' && port === '' && username === '' && password === '' && HOST.test(hostname);
}

/** A query could ask for the same certificate under ever new addresses. */
const isCertificateUrl = (text: string): boolean =>
  isSnsUrl(text) && new URL(text).pathname.endsWith('.pem') && !/[?#]/.test(text);

/** The text that was signed; null for a type SNS does not send, or when a value is no text. */
function canonicalText(message: Readonly<Record<string, unknown>>): string | null {
  const type = String(message.Type);
  if (!Object.hasOwn(SIGNED_KEYS, type)) return null;
  const keys = SIGNED_KEYS[type] as readonly string[];
  let text = '';
  for (const key of keys) {
    const value = message[key];
    if ((value === undefined || value === null) && key === 'Subject') continue;
    if (typeof value !== 'string') return null;
    text += `${key}\n${value}\n`;
  }
  return text;
}

export function snsCheck({ topics, raw = 'refuse' }: VerifyMethod, certificateOf: CertificateOf): Check {
  return async (request) => {
    const message = envelopeIn(request.body);
    if (message === null) {
      if (raw === 'allow') return { ok: true };
      const isRaw = headerOf(request, 'x-amz-sns-rawdelivery') === 'true';
      return refusal(
        'missing',
        isRaw
          ? 'a message of raw delivery carries no signature'
          : 'this is no message of Amazon SNS: it has no Type and Signature',
      );
    }
    const type = headerOf(request, 'content-type') ?? '';
    if (FORM.test(type) || OTHER_CHARSET.test(type))
      return refusal(
        'wrong',
        'SNS sends JSON in UTF-8; read as its Content-Type says, this is something else',
      );
    const signed = await signatureVerdict(message, certificateOf);
    if (!signed.ok) return signed;
    const topic = String(message.TopicArn);
    if (topics !== undefined && !topics.includes(topic))
      return refusal('wrong', `the topic ${topic} is not one of those taken`);
    if (message.Type !== 'SubscriptionConfirmation') return signed;
    const url = String(message.SubscribeURL);
    return isSnsUrl(url)
      ? { ok: true, confirm: { url, topic } }
      : refusal('wrong', 'SubscribeURL is not an https address of SNS at amazonaws.com');
  };
}

/** Null for whatever is not an SNS message; JSON is read as UTF-8, which is what SNS sends. */
function envelopeIn(body: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const message = value as Readonly<Record<string, unknown>>;
    const marks = ['Type', 'TopicArn', 'MessageId', 'Signature', 'SigningCertURL', 'SubscribeURL', 'Token'];
    // Whatever looks like one has to be a right one: leaving the signature out must not be a way around it.
    const isEnvelope =
      (typeof message.Type === 'string' && Object.hasOwn(SIGNED_KEYS, message.Type)) ||
      marks.filter((key) => Object.hasOwn(message, key)).length >= 3;
    return isEnvelope ? message : null;
  } catch {
    return null;
  }
}

async function signatureVerdict(
  message: Readonly<Record<string, unknown>>,
  certificateOf: CertificateOf,
): Promise<Verdict> {
  const { Signature: signature, SignatureVersion: version } = message;
  const url = message.SigningCertURL;
  if (typeof signature !== 'string' || typeof url !== 'string')
    return refusal('missing', 'the message has no Signature or no SigningCertURL');
  const algorithm = ALGORITHMS.get(version);
  if (algorithm === undefined) return refusal('wrong', 'its SignatureVersion is neither 1 nor 2');
  const text = canonicalText(message);
  if (text === null) return refusal('wrong', 'it lacks a value that SNS signs');
  if (!isCertificateUrl(url))
    return refusal('wrong', 'SigningCertURL is not an https address of a .pem file of SNS at amazonaws.com');
  let key: KeyObject;
  try {
    key = await certificateOf(url);
  } catch (error) {
    return refusal(
      'unavailable',
      `the signing certificate could not be fetched from ${new URL(url).hostname}: ${(error as Error).message}`,
    );
  }
  const isRight = createVerify(algorithm).update(text, 'utf8').verify(key, signature, 'base64');
  return isRight ? { ok: true } : refusal('wrong', 'its Signature is not that of this message');
}
