// The method `hmac`: a keyed hash over the bytes of the body, or over a text around them, in a header.

import { createHmac, createSecretKey } from 'node:crypto';
import { parseSpan } from '../../core/units.js';
import type { VerifyMethod } from '../../model/topology.js';
import {
  type Check,
  GENUINE,
  headerOf,
  isSeconds,
  refusal,
  type SignedRequest,
  sameBytes,
  staleness,
} from './check.js';
import { DEFAULT_TOLERANCE } from './verify-schema.js';

const HEX = /^[0-9a-fA-F]+$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
/** A header full of signatures costs nothing more than this many comparisons. */
const MOST_SIGNATURES = 20;

/** @param method of kind `hmac`, checked by `verifyProblems` */
export function hmacCheck(method: VerifyMethod, secrets: readonly string[]): Check {
  const { header = '', timestamp_header: timestampHeader, algorithm = 'sha256' } = method;
  const keys = secrets.map((secret) => createSecretKey(secret, 'utf8'));
  const [before = '', after = ''] = (method.signed ?? '{body}').split('{body}');
  const toleranceMs = parseSpan(method.tolerance ?? DEFAULT_TOLERANCE) as number;
  return (request) => {
    const given = headerOf(request, header);
    if (given === null) return refusal('missing', `there is no header ${header}`);
    const signatures = signaturesIn(given, method);
    if (signatures.length === 0) return refusal('wrong', `the header ${header} holds no ${formOf(method)}`);
    const timestamp = timestampHeader === undefined ? null : headerOf(request, timestampHeader);
    if (timestampHeader !== undefined) {
      if (timestamp === null) return refusal('missing', `there is no header ${timestampHeader}`);
      if (!isSeconds(timestamp))
        return refusal('wrong', `the header ${timestampHeader} is not a time in whole seconds since 1970`);
    }
    const fill = (part: string): string => part.replaceAll('{timestamp}', timestamp ?? '');
    const expected = keys.map((key) =>
      createHmac(algorithm, key).update(fill(before)).update(request.body).update(fill(after)).digest(),
    );
    if (!expected.some((ours) => signatures.some((theirs) => sameBytes(ours, theirs))))
      return refusal('wrong', `the signature in ${header} is not that of this body${bytesOf(request)}`);
    return (timestamp !== null && staleness(timestamp, request.now, toleranceMs)) || GENUINE;
  };
}

function signaturesIn(text: string, { prefix = '', separator, encoding = 'hex' }: VerifyMethod): Buffer[] {
  const parts = separator === undefined ? [text] : text.split(separator).slice(0, MOST_SIGNATURES);
  return parts
    .map((part) => part.trim())
    .filter((part) => part.startsWith(prefix))
    .map((part) => part.slice(prefix.length))
    .filter((part) => (encoding === 'hex' ? HEX : BASE64).test(part))
    .map((part) => Buffer.from(part, encoding));
}

const formOf = ({ prefix, encoding = 'hex' }: VerifyMethod): string =>
  `signature in ${encoding}${prefix === undefined ? '' : ` after "${prefix}"`}`;

const bytesOf = ({ body }: SignedRequest): string => ` (${body.length} bytes received)`;
