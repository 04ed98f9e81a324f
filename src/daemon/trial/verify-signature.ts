// Answers `relay listen`: which webhook's signing key made this signature. The keys stay in the daemon.

import { timingSafeEqual } from 'node:crypto';
import { signMessage } from '../../core/signing.js';
import type { Topology } from '../../model/topology.js';

/** Standard Webhooks libraries reject timestamps further off than this, either way. */
const TOLERANCE_SECONDS = 300;

export interface Verdict {
  readonly verified: string[];
  readonly reason: string;
}

function equal(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}

/** @param headers lower-case names. Rules: Standard Webhooks 1.0.0, "Verifying signatures" */
export function verifySignature(
  topology: Topology,
  headers: Readonly<Record<string, string>>,
  body: string,
  now: number,
): Verdict {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (!id || !timestamp || !signatures) {
    return {
      verified: [],
      reason: 'not signed: webhook-id, webhook-timestamp or webhook-signature is missing',
    };
  }
  const seconds = Number(timestamp);
  if (!Number.isInteger(seconds))
    return { verified: [], reason: 'webhook-timestamp is not a whole number of seconds' };
  if (Math.abs(now / 1_000 - seconds) > TOLERANCE_SECONDS) {
    return { verified: [], reason: `webhook-timestamp is more than ${TOLERANCE_SECONDS} s off` };
  }
  const sent = signatures.split(' ').filter((signature) => /^v1a?,/.test(signature));
  const verified = new Set<string>();
  for (const destination of topology.destinations.values()) {
    const keys = (destination.settings.signing_keys ?? []) as readonly string[];
    if (destination.noun !== 'webhook' || keys.length === 0) continue;
    const expected = signMessage(keys, id, seconds, body).split(' ');
    if (expected.some((ours) => sent.some((theirs) => equal(ours, theirs)))) verified.add(destination.name);
  }
  return verified.size > 0
    ? { verified: [...verified], reason: '' }
    : { verified: [], reason: 'no webhook of this Relay has a key that makes this signature' };
}
