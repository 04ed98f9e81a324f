// The method `standard-webhooks`: the symmetric signatures of Standard Webhooks 1.0.0, "Verifying signatures".

import { decodeSigningKey, signMessage } from '../../core/signing.js';
import { parseSpan } from '../../core/units.js';
import type { VerifyMethod } from '../../model/topology.js';
import { type Check, GENUINE, headerOf, isSeconds, refusal, sameBytes, staleness } from './check.js';
import { DEFAULT_TOLERANCE } from './verify-schema.js';

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
const MOST_SIGNATURES = 20;

/** Secrets that are no signing keys belong to other methods and are left out. */
export function standardWebhooksCheck({ tolerance }: VerifyMethod, secrets: readonly string[]): Check {
  const keys = secrets.filter((secret) => decodeSigningKey(secret) !== null);
  const toleranceMs = parseSpan(tolerance ?? DEFAULT_TOLERANCE) as number;
  return (request) => {
    const missing = HEADERS.filter((name) => headerOf(request, name) === null);
    if (missing.length > 0) return refusal('missing', `there is no header ${missing.join(', ')}`);
    const [id, timestamp, signatures] = HEADERS.map((name) => headerOf(request, name) as string) as [
      string,
      string,
      string,
    ];
    if (!isSeconds(timestamp))
      return refusal('wrong', 'the header webhook-timestamp is not a time in whole seconds since 1970');
    const sent = signatures.split(' ').slice(0, MOST_SIGNATURES).map(bytesOf);
    const ours = signMessage(keys, id, timestamp, request.body).split(' ').map(bytesOf);
    if (!ours.some((one) => sent.some((other) => one.length > 0 && sameBytes(one, other))))
      return refusal(
        'wrong',
        `the signature in webhook-signature is not that of this body (${request.body.length} bytes received)`,
      );
    return staleness(timestamp, request.now, toleranceMs) ?? GENUINE;
  };
}

/** Of `v1,<base64>`; signatures of other versions are passed over. */
const bytesOf = (signature: string): Buffer =>
  Buffer.from(signature.startsWith('v1,') ? signature.slice('v1,'.length) : '', 'base64');
