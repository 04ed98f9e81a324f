// What a delivery and an attempt are: one event owed to one destination, and one request made for it.

/**
 * `pending` due now or later (or waiting for an earlier event of its incident) → `sending` → `delivered`, back to `pending`,
 * `failed` (retries used up; the cron sweep may take it up again) or `dead` (rejected, gone, or given up for good).
 * `held` is a pending delivery whose destination is paused or disabled. `cancelled` by hand, or its destination was removed.
 */
export const DELIVERY_STATES = [
  'pending',
  'sending',
  'delivered',
  'failed',
  'dead',
  'held',
  'cancelled',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Who asked for an attempt. */
export const TRIGGERS = ['automatic', 'retry', 'sweep', 'resend', 'redelivery', 'test'] as const;
export type Trigger = (typeof TRIGGERS)[number];

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly eventType: string;
  readonly incident: string | null;
  /** Destination ref: `webhook/crm`, `webhook/crm#2`, `integration/ops-slack`. */
  readonly destination: string;
  /** Where it goes, secrets masked. */
  readonly url: string;
  readonly state: DeliveryState;
  readonly createdAt: number;
  /** When the last attempt began; null before the first. */
  readonly sentAt: number | null;
  /** When a pending one is due, ms UTC; null in every other state. */
  readonly dueAt: number | null;
  /** Attempts made since it was created, by whomever. */
  readonly tries: number;
  /** Last answer in short: `200`, `503`, `timeout`, `refused`; empty before the first attempt. */
  readonly result: string;
  /** Why it is where it is: `retry 2 of 3 after 503`, `410 Gone`, `waits for dlv_…`; may be empty. */
  readonly reason: string;
  /** Why routing chose this destination: `channel ops`, `subscription webhook crm`. */
  readonly routedBecause: string;
}

/** Results of attempts that brought no answer, as `Delivery.result` and `Attempt.error` name them. */
export const NO_ANSWER = [
  'dns',
  'refused',
  'reset',
  'tls',
  'timeout',
  'unreachable',
  'protocol',
  'egress',
  'proxy',
  'token',
  'build',
  'unknown',
] as const;

/** How an answer was judged. `unknown`: the daemon stopped before it recorded one; the request may or may not have been made. */
export type AttemptOutcome = 'delivered' | 'retry' | 'rejected' | 'gone' | 'unknown';

/** The deliveries that shared one request, in the order in which their events stood in it. */
export interface AttemptBatch {
  readonly id: string;
  readonly deliveries: readonly {
    readonly delivery: string;
    readonly event: string;
    readonly eventType: string;
  }[];
}

/**
 * How long the stages of a request took: whole ms, each rounded down, so that together they are at most the attempt's `durationMs`. Null:
 * the stage did not happen for this attempt, or did not come to its end. What is left of the attempt is building the request, an
 * access token, reading the answer.
 */
export interface AttemptTimings {
  /** The request was handed to a connection that stood already: the first three stages did not happen for it. */
  readonly connectionReused: boolean;
  /** Looking up the receiver's name; null for an address. Over a proxy: the proxy's name. */
  readonly dnsMs: number | null;
  /** Making the TCP connection. Over a proxy: to the proxy, and for https until its tunnel stands. */
  readonly connectMs: number | null;
  /** The TLS handshake with the receiver; null for plain http. */
  readonly tlsMs: number | null;
  /** From handing the request to the connection until the head of the answer was there. */
  readonly firstByteMs: number | null;
}

export interface Attempt {
  readonly id: string;
  readonly delivery: string;
  readonly startedAt: number;
  readonly durationMs: number | null;
  /** Null when nothing was sent over HTTP (a console, a request that was not built), or nobody knows: `unknown`, or before version 7. */
  readonly timings: AttemptTimings | null;
  readonly trigger: Trigger;
  readonly outcome: AttemptOutcome;
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string;
  readonly status: number | null;
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** Up to the response cap; see `responseTruncated`. */
  readonly responseBody: string;
  readonly responseTruncated: boolean;
  /** For network failures: `dns`, `refused`, `reset`, `tls`, `timeout`, `egress`, `build`, `protocol`; null when an answer came. */
  readonly error: string | null;
  /** One sentence for people. */
  readonly reason: string;
  /** Null when the request carried this delivery alone. */
  readonly batch: AttemptBatch | null;
}

/** What an attempt holds of request and answer when neither is known. */
export const NOTHING_EXCHANGED = {
  timings: null,
  method: '',
  requestHeaders: {},
  requestBody: '',
  status: null,
  responseHeaders: {},
  responseBody: '',
  responseTruncated: false,
} as const satisfies Partial<Attempt>;
