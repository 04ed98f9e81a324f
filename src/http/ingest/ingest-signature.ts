// Whether a request was signed as its source asks for: runs the checks of `sources/verify` over the bytes as received, and words what is
// wrong. Subscriptions of Amazon SNS that turn out genuine are confirmed from here, in the background.

import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.js';
import { type ErrorCode, RelayError } from '../../core/errors.js';
import type { Source, SourceVerify } from '../../model/topology.js';
import type { RequestHeaders } from '../../sources/alert/alert-context.js';
import type { Verdict } from '../../sources/verify/check.js';
import { createCertificates, type FetchSns } from '../../sources/verify/sns-certificates.js';
import { createConfirmer } from '../../sources/verify/sns-confirm.js';
import { compileVerifier, type Verifier } from '../../sources/verify/verifier.js';

export interface SignatureChecks {
  /** Does nothing for a source that asks for no signature. @throws RelayError ingest.unsigned, ingest.bad_signature, ingest.stale_signature, ingest.cannot_verify */
  check(source: Source, headers: RequestHeaders, body: Buffer): Promise<void>;
  /** The same headers without those that hold the source's secret: what templates may see. */
  withoutSecrets(source: Source, headers: RequestHeaders): RequestHeaders;
  /** What came of the last subscription that asked to be confirmed, in words; null when there was none since the start. */
  subscription(source: string): string | null;
}

export interface SignatureParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly fetchSns: FetchSns;
  /** Before each try to confirm a subscription. */
  readonly confirmAfterMs?: readonly number[];
}

type Refused = Extract<Verdict, { ok: false }>;

const CODES: Readonly<Record<Refused['because'], ErrorCode>> = {
  missing: 'ingest.unsigned',
  wrong: 'ingest.bad_signature',
  stale: 'ingest.stale_signature',
  unavailable: 'ingest.cannot_verify',
};
const RETRY_AFTER_SECONDS = 20;

export function createSignatureChecks(parts: SignatureParts): SignatureChecks {
  const now = (): number => parts.clock.now();
  const certificateOf = createCertificates(parts.fetchSns, now);
  const confirmer = createConfirmer({
    fetchSns: parts.fetchSns,
    log: parts.log,
    now,
    ...(parts.confirmAfterMs ? { delaysMs: parts.confirmAfterMs } : {}),
  });
  // Made anew with every change of the config: the record is the key.
  const verifiers = new WeakMap<SourceVerify, Verifier>();
  const verifierOf = (verify: SourceVerify): Verifier => {
    const verifier = verifiers.get(verify) ?? compileVerifier(verify, certificateOf);
    verifiers.set(verify, verifier);
    return verifier;
  };
  return {
    async check(source, headers, body) {
      if (source.verify === null) return;
      const verdict = await verifierOf(source.verify).check({ headers, body, now: now() });
      if (!verdict.ok) throw refused(source, verdict);
      if (verdict.confirm !== undefined) confirmer.confirm(source.name, verdict.confirm);
    },
    withoutSecrets(source, headers) {
      const hidden = source.verify === null ? [] : verifierOf(source.verify).secretHeaders;
      if (hidden.length === 0) return headers;
      return Object.fromEntries(Object.entries(headers).filter(([name]) => !hidden.includes(name)));
    },
    subscription: (source) => confirmer.outcome(source),
  };
}

function refused(source: Source, { because, reason }: Refused): RelayError {
  const code = CODES[because];
  if (because === 'unavailable') {
    return new RelayError(code, `whether this request is genuine could not be found out`, {
      why: reason,
      fix: 'send it again; Relay must be able to reach Amazon SNS over https',
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
  const what =
    because === 'missing' ? 'not signed' : because === 'stale' ? 'signed too long ago' : 'not signed rightly';
  return new RelayError(code, `this request is ${what}`, { why: reason, fix: fixOf(source, because) });
}

function fixOf({ name, verify }: Source, because: Refused['because']): string {
  if (because === 'stale') return 'set the clocks of both machines by NTP; a request must not be replayed';
  if (verify?.secrets.length === 0) return 'post what Amazon SNS sends, unchanged';
  return because === 'missing'
    ? `give the sender the secret of source ${name}, or take "secret" out of the source`
    : `compare the sender's secret with that of source ${name}; what lies between must not change the body`;
}
