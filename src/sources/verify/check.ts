// What a check of a request is given and what it says. Every comparison with a secret goes through here, in constant time.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHeaders } from '../alert/alert-context.js';

export interface SignedRequest {
  /** Names in lower case. */
  readonly headers: RequestHeaders;
  /** As received: not inflated, not decoded. */
  readonly body: Buffer;
  /** ms UTC. */
  readonly now: number;
}

/** A subscription that its sender asks to be confirmed by visiting a URL, which has been found to be harmless. */
export interface Confirmation {
  readonly url: string;
  /** What is subscribed to. */
  readonly topic: string;
}

export type Verdict =
  | { readonly ok: true; readonly confirm?: Confirmation }
  | {
      readonly ok: false;
      /** `unavailable`: it could not be found out, so the sender should come again. */
      readonly because: 'missing' | 'wrong' | 'stale' | 'unavailable';
      /** A sentence without a full stop; never holds a secret or what was computed from one. */
      readonly reason: string;
    };

export type Check = (request: SignedRequest) => Verdict | Promise<Verdict>;

export const GENUINE: Verdict = { ok: true };

export const refusal = (because: 'missing' | 'wrong' | 'stale' | 'unavailable', reason: string): Verdict => ({
  ok: false,
  because,
  reason,
});

/** The value of a header; null when it is not there or empty. */
export function headerOf({ headers }: SignedRequest, name: string): string | null {
  const key = name.toLowerCase();
  const value = Object.hasOwn(headers, key) ? headers[key] : undefined;
  const text = (Array.isArray(value) ? value.join(',') : (value ?? '')).trim();
  return text === '' ? null : text;
}

export function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Hides the length of either text too. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** Null when `text`, seconds since 1970, is within the tolerance of now. */
export function staleness(text: string, now: number, toleranceMs: number): Verdict | null {
  const offMs = now - Number(text) * 1_000;
  if (Math.abs(offMs) <= toleranceMs) return null;
  const seconds = Math.round(Math.abs(offMs) / 1_000);
  return refusal(
    'stale',
    `it was signed ${seconds} s ${offMs > 0 ? 'ago' : 'in the future'}, more than the ${toleranceMs / 1_000} s that are tolerated`,
  );
}

/** Whole seconds since 1970 as senders write them. */
export const isSeconds = (text: string): boolean => /^\d{1,12}$/.test(text);
