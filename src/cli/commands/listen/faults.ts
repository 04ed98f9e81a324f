// How the receiver is told to misbehave: `--fail 503`, `--fail 503:2`, `--fail reset`, `--fail hang`, with `--retry-after`.
// Only parses and decides; the receiver carries it out.

import { RelayError } from '../../../core/errors.js';
import { parseSpan } from '../../../core/units.js';

export interface Fault {
  /** An HTTP status, or a failure without an answer: `reset` closes the connection, `hang` never answers. */
  readonly how: number | 'reset' | 'hang';
  /** Only the first so many requests fail; Infinity for all. */
  readonly first: number;
}

export interface FaultPlan {
  readonly fault: Fault | null;
  readonly delayMs: number;
  /** Whole seconds, sent as Retry-After with failing answers; null for none. */
  readonly retryAfterSeconds: number | null;
}

export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' };

/** `503`, `503:2`, `reset`, `hang:1` → a fault. @throws usage.invalid */
export function parseFault(text: string): Fault {
  const match = /^(\d{3}|reset|hang)(?::(\d+))?$/.exec(text.trim());
  const how = match?.[1] === 'reset' || match?.[1] === 'hang' ? match[1] : Number(match?.[1]);
  const isStatus = typeof how === 'string' || (how >= 200 && how <= 599);
  if (!match || !isStatus)
    throw new RelayError('usage.invalid', `"${text}" is not a way to fail`, {
      why: 'it is a status from 200 to 599, or reset, or hang; with :n only the first n requests fail',
      fix: 'for example: --fail 503, --fail 429:2, --fail reset:1',
    });
  return { how, first: match[2] === undefined ? Number.POSITIVE_INFINITY : Number(match[2]) };
}

/** A span flag of at least 0. @throws usage.invalid */
export function parseSpanFlag(flag: string, text: string): number {
  const ms = parseSpan(text);
  if (ms === undefined)
    throw new RelayError('usage.invalid', `--${flag} ${text} is not a span of time`, {
      why: 'a number needs its unit: ms, s, m, h, d',
      fix: `for example: --${flag} 2s`,
    });
  return ms;
}

/** What request number `number` (1 is the first) is answered with. */
export function replyTo(number: number, plan: FaultPlan): Reply {
  const { fault } = plan;
  if (fault === null || number > fault.first) return { kind: 'answer', status: 200, headers: {} };
  if (fault.how === 'reset' || fault.how === 'hang') return { kind: fault.how };
  const headers: Record<string, string> =
    plan.retryAfterSeconds === null ? {} : { 'retry-after': String(plan.retryAfterSeconds) };
  return { kind: 'answer', status: fault.how, headers };
}
