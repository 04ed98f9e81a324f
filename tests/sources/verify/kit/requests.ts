// Requests as a check sees them, and what came of them in one word.

import type { SourceVerify, VerifyMethod } from '../../../../src/model/topology.js';
import type { SignedRequest, Verdict } from '../../../../src/sources/verify/check.js';
import type { CertificateOf } from '../../../../src/sources/verify/sns.js';
import { compileVerifier } from '../../../../src/sources/verify/verifier.js';

export const NOW = Date.UTC(2026, 0, 15, 12);
export const NOW_SECONDS = NOW / 1_000;

export const requestOf = (
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
  now = NOW,
): SignedRequest => ({
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  body: Buffer.from(body as string),
  now,
});

const noCertificates: CertificateOf = () => Promise.reject(new Error('the test gave no certificate'));

export function verdictOf(
  methods: VerifyMethod | readonly VerifyMethod[],
  secrets: string | readonly string[],
  request: SignedRequest,
  certificateOf = noCertificates,
): Promise<Verdict> {
  const verify: SourceVerify = { methods: [methods].flat(), secrets: [secrets].flat(), by: 'pack' };
  return compileVerifier(verify, certificateOf).check(request);
}

/** `ok`, or why not. */
export async function wordFor(...call: Parameters<typeof verdictOf>): Promise<string> {
  const verdict = await verdictOf(...call);
  return verdict.ok ? 'ok' : verdict.because;
}
