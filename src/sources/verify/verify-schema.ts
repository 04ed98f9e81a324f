// The form of `verify:`, in pack.yaml and in a source's settings alike: how a sender proves that a request is its own. What each method
// needs beyond this schema is in `verify-problems`.

import type { VerifyMethod } from '../../model/topology.js';

const VERIFY_METHODS = ['hmac', 'token', 'basic', 'standard-webhooks', 'sns'] as const;
const HMAC_ALGORITHMS = ['sha256', 'sha512', 'sha1'] as const;
const HMAC_ENCODINGS = ['hex', 'base64'] as const;
export const DEFAULT_TOLERANCE = '5m';
const MOST_METHODS = 5;

const text = (description: string, more: object = {}) =>
  ({ type: 'string', minLength: 1, maxLength: 200, description, ...more }) as const;

const properties = {
  method: text(
    'hmac: a keyed hash of the body in a header. token: the secret itself in a header. basic: HTTP Basic. standard-webhooks: the headers webhook-id, -timestamp, -signature. sns: the signature inside an Amazon SNS message, without a secret.',
    { enum: VERIFY_METHODS },
  ),
  header: text('hmac, token: the header that holds the signature, or the secret.'),
  prefix: text('hmac, token: what stands before it in the header, such as `sha256=` or `Bearer `.'),
  separator: text('hmac: what stands between several signatures in one header; one that fits is enough.'),
  algorithm: text('hmac: the hash function.', { enum: HMAC_ALGORITHMS, default: 'sha256' }),
  encoding: text('hmac: how the signature is written.', { enum: HMAC_ENCODINGS, default: 'hex' }),
  signed: text(
    'hmac: the text that is signed, with `{body}` for the bytes of the body and `{timestamp}` for `timestamp_header`.',
    { default: '{body}' },
  ),
  timestamp_header: text('hmac: the header with the time of sending, in seconds since 1970.'),
  tolerance: text(
    'hmac with a timestamp_header, standard-webhooks: how far that time may be off, either way.',
    { default: DEFAULT_TOLERANCE },
  ),
  user: text('basic: the user name. Without it any is taken: the password is the secret.'),
  topics: {
    type: 'array',
    description: 'sns: ARNs of the topics taken. Without it every topic is.',
    minItems: 1,
    maxItems: 100,
    items: text('The ARN of a topic.'),
  },
  raw: text(
    'sns: whether messages of subscriptions with raw delivery, which carry no signature, are let through.',
    { enum: ['refuse', 'allow'], default: 'refuse' },
  ),
} as const;

const one = { required: ['method'], additionalProperties: false, properties } as const;

/** One method, or a list of which any one suffices. */
export const VERIFY_SCHEMA = {
  type: ['object', 'array'],
  description: 'How a request proves who sent it: one method, or a list of which any one suffices.',
  ...one,
  minItems: 1,
  maxItems: MOST_METHODS,
  items: { type: 'object', ...one },
} as const;

/** As it stands in a file. */
export type VerifyGiven = VerifyMethod | readonly VerifyMethod[];

export const methodsOf = (given: VerifyGiven | undefined): readonly VerifyMethod[] =>
  given === undefined ? [] : Array.isArray(given) ? given : [given as VerifyMethod];

/** Whether a method works without a secret of the source. */
export const needsSecret = ({ method }: VerifyMethod): boolean => method !== 'sns';
