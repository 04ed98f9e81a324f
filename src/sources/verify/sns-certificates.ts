// Signing certificates of Amazon SNS by address: fetched once, kept, shared by requests that ask for the same at the same time.

import { type KeyObject, X509Certificate } from 'node:crypto';
import type { CertificateOf } from './sns.js';

export interface Fetched {
  readonly status: number;
  readonly text: string;
}

/** GETs an https address: bounded in time and size, follows no redirect. Rejects when there is no answer. */
export type FetchSns = (url: string) => Promise<Fetched>;

/** Amazon has a handful in use per region; a bound keeps made-up addresses from adding up. */
const MOST_KEPT = 100;
/** Amazon replaces a certificate under a new address, so what an address gives does not change. */
const KEPT_MS = 24 * 3_600_000;

interface Kept {
  readonly key: Promise<KeyObject>;
  readonly until: number;
}

export function createCertificates(fetchSns: FetchSns, now: () => number): CertificateOf {
  const kept = new Map<string, Kept>();
  return (url) => {
    const found = kept.get(url);
    if (found !== undefined && found.until > now()) return found.key;
    if (kept.size >= MOST_KEPT) kept.clear();
    const key = fetchKey(url, fetchSns);
    kept.set(url, { key, until: now() + KEPT_MS });
    // What failed is asked for anew by the next request.
    key.catch(() => {
      if (kept.get(url)?.key === key) kept.delete(url);
    });
    return key;
  };
}

async function fetchKey(url: string, fetchSns: FetchSns): Promise<KeyObject> {
  const { status, text } = await fetchSns(url);
  if (status !== 200) throw new Error(`it answered ${status}`);
  try {
    return new X509Certificate(text).publicKey;
  } catch (cause) {
    throw new Error('what it sent is no certificate', { cause });
  }
}
