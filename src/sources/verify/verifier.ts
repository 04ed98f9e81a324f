// What a source's `verify` comes to: one function that says whether a request is genuine, by whichever of its methods.

import type { SourceVerify, VerifyMethod } from '../../model/topology.js';
import type { Check, SignedRequest, Verdict } from './check.js';
import { hmacCheck } from './hmac.js';
import { basicCheck, tokenCheck } from './shared-secret.js';
import { type CertificateOf, snsCheck } from './sns.js';
import { standardWebhooksCheck } from './standard-webhooks.js';

export interface Verifier {
  check(request: SignedRequest): Promise<Verdict>;
  /** Headers that hold the secret itself, in lower case: not for templates. */
  readonly secretHeaders: readonly string[];
}

type Refused = Extract<Verdict, { ok: false }>;
/** Of several refusals, the one that tells most. */
const TELLING = ['missing', 'wrong', 'stale', 'unavailable'] as const;

export function compileVerifier(verify: SourceVerify, certificateOf: CertificateOf): Verifier {
  const checks = verify.methods.map((method) => checkOf(method, verify.secrets, certificateOf));
  return {
    async check(request) {
      const refusals: Refused[] = [];
      for (const check of checks) {
        const verdict = await check(request);
        if (verdict.ok) return verdict;
        refusals.push(verdict);
      }
      return mostTelling(refusals);
    },
    secretHeaders: verify.methods.flatMap(({ method, header }) =>
      method === 'token' && header !== undefined ? [header.toLowerCase()] : [],
    ),
  };
}

function checkOf(method: VerifyMethod, secrets: readonly string[], certificateOf: CertificateOf): Check {
  switch (method.method) {
    case 'hmac':
      return hmacCheck(method, secrets);
    case 'token':
      return tokenCheck(method, secrets);
    case 'basic':
      return basicCheck(method, secrets);
    case 'standard-webhooks':
      return standardWebhooksCheck(method, secrets);
    case 'sns':
      return snsCheck(method, certificateOf);
  }
}

function mostTelling(refusals: readonly Refused[]): Refused {
  const rank = ({ because }: Refused): number => TELLING.indexOf(because);
  const highest = Math.max(...refusals.map(rank));
  const told = refusals.filter((refused) => rank(refused) === highest);
  return { ...(told[0] as Refused), reason: told.map(({ reason }) => reason).join(', and ') };
}
