// Messages as Amazon SNS sends them, signed with a key of the tests. The text that is signed is written out here by hand, after the
// SNS developer guide, and held against Amazon's own validator in a test.

import { createPublicKey, createSign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
export const CERTIFICATE = readFileSync(join(FIXTURES, 'signing-certificate.pem'), 'utf8');
const KEY = readFileSync(join(FIXTURES, 'signing-key.pem'), 'utf8');
export const PUBLIC_KEY: KeyObject = createPublicKey(CERTIFICATE);

export const CERTIFICATE_URL =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0000000000000000000000000000ffff.pem';
export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alarms';
export const SUBSCRIBE_URL = `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`;

export type Message = Record<string, unknown>;

const sign = (text: string, version: string): string =>
  createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
    .update(text)
    .sign(KEY, 'base64');

export function notification(over: Message = {}, version: '1' | '2' = '1'): Message {
  const message: Message = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Subject: 'ALARM: "cpu" in EU (Ireland)',
    Message: '{"AlarmName":"cpu","NewStateValue":"ALARM"}\nsecond line – ü',
    Timestamp: '2026-01-15T12:00:00.000Z',
    SignatureVersion: version,
    SigningCertURL: CERTIFICATE_URL,
    UnsubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe',
    ...over,
  };
  if (message.Subject === undefined) delete message.Subject;
  const subject = message.Subject === undefined ? '' : `Subject\n${message.Subject}\n`;
  const text = `Message\n${message.Message}\nMessageId\n${message.MessageId}\n${subject}Timestamp\n${message.Timestamp}\nTopicArn\n${message.TopicArn}\nType\nNotification\n`;
  return { ...message, Signature: sign(text, version) };
}

export function confirmation(over: Message = {}, version: '1' | '2' = '1'): Message {
  const message: Message = {
    Type: 'SubscriptionConfirmation',
    MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
    Token: '2336412f37',
    TopicArn: TOPIC,
    Message: `You have chosen to subscribe to the topic ${TOPIC}.`,
    SubscribeURL: SUBSCRIBE_URL,
    Timestamp: '2026-01-15T12:00:00.000Z',
    SignatureVersion: version,
    SigningCertURL: CERTIFICATE_URL,
    ...over,
  };
  const text = `Message\n${message.Message}\nMessageId\n${message.MessageId}\nSubscribeURL\n${message.SubscribeURL}\nTimestamp\n${message.Timestamp}\nToken\n${message.Token}\nTopicArn\n${message.TopicArn}\nType\n${message.Type}\n`;
  return { ...message, Signature: sign(text, version) };
}
