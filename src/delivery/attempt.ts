// One attempt: build the request, send it, judge the answer, and write down what happened. Never throws: a driver that cannot build
// its request has a failed attempt with its message.

import { performance } from 'node:perf_hooks';
import type { Writable } from 'node:stream';
import type { Clock } from '../core/clock.js';
import { RelayError } from '../core/errors.js';
import { maskHeaders } from '../core/redaction.js';
import type { Driver, DriverRequest, Outcome } from '../destinations/driver.js';
import { NOTHING_EXCHANGED } from '../model/delivery.js';
import type { Destination } from '../model/topology.js';
import type { AttemptRecord, ClaimedDelivery, Parcel } from '../store/store.js';
import { buildRequest, shownRequest } from './build-request.js';
import { printBlock } from './console-output.js';
import type { TransportAnswer } from './exchange.js';
import { messageId } from './message-id.js';
import { attemptOutcome, narrowOutcome } from './next-step.js';
import { type Sending, sendRequest } from './send-request.js';
import { loadSupplies, needsOf, type SupplySources } from './supplies.js';

export interface AttemptContext extends Sending {
  readonly clock: Clock;
  readonly stdout: Writable;
  readonly publicUrl: () => string;
  /** Where what a driver needs beyond the event is read. */
  readonly supplies: () => SupplySources;
  readonly version: string;
  readonly instanceId: string;
}

const NO_NEEDS: readonly never[] = [];

export interface AttemptMade {
  readonly record: AttemptRecord;
  readonly outcome: Outcome;
  /** Short: `200`, `timeout`, `build`, `delivered` where there is no status. */
  readonly result: string;
}

export async function makeAttempt(
  parcel: Parcel,
  destination: Destination,
  driver: Driver | undefined,
  context: AttemptContext,
  mayAskAgain: () => boolean,
): Promise<AttemptMade> {
  const { sentBody, deliveries } = parcel;
  const delivery = deliveries[0] as ClaimedDelivery;
  const idOf = (id: string): string => messageId(context.instanceId, id);
  const startedAt = context.clock.now();
  const begun = performance.now();
  let request: DriverRequest;
  try {
    // Formats that take batches need nothing beyond the events.
    const isPlain = sentBody === null && destination.batch === undefined;
    const needs = isPlain ? needsOf(driver, destination, delivery.event) : NO_NEEDS;
    const events = deliveries.map(({ event, id }) => ({ event, messageId: idOf(id) }));
    request = buildRequest(events, destination, driver, {
      messageId: idOf(parcel.batch ?? delivery.id),
      now: startedAt,
      publicUrl: context.publicUrl(),
      version: context.version,
      sentBody,
      // Without a need nothing is awaited: this runs for every delivery.
      ...(needs.length === 0
        ? {}
        : { supplied: await loadSupplies(needs, delivery.event, context.supplies()) }),
    });
  } catch (error) {
    return buildFailure(delivery, destination, startedAt, error);
  }
  const answer =
    request.via === 'http'
      ? await sendRequest(request, destination, context, mayAskAgain)
      : await printBlock(context.stdout, request.body, destination.timeoutMs);
  const durationMs = Math.round(performance.now() - begun);
  const now = context.clock.now();
  const outcome = isTooLarge(parcel, answer)
    ? tooLarge(deliveries.length)
    : judge(driver as Driver, destination, answer, now);
  const record: AttemptRecord = {
    startedAt,
    durationMs,
    trigger: delivery.trigger,
    outcome: attemptOutcome(outcome),
    timings: answer.timings,
    ...shownRequest(request, destination),
    status: answer.status,
    responseHeaders: maskHeaders(answer.headers),
    responseBody: answer.body,
    responseTruncated: answer.truncated,
    error: answer.error?.code ?? null,
    reason: outcome.reason,
  };
  return { record, outcome, result: resultOf(answer) };
}

function judge(driver: Driver, destination: Destination, answer: TransportAnswer, now: number): Outcome {
  try {
    const outcome = driver.classify(answer, destination.settings, now);
    const told = answer.refusedNewToken === true ? withNewTokenToo(outcome) : outcome;
    return narrowOutcome(told, answer.status, true, destination.retry);
  } catch (error) {
    return failure(`the answer could not be judged: ${messageOf(error)}`);
  }
}

const withNewTokenToo = (outcome: Outcome): Outcome => ({
  ...outcome,
  reason: `${outcome.reason}, to a new access token as well: it may lack a scope or an audience`,
});

/** One event that is too large stays so; several may do in smaller parts. */
const isTooLarge = ({ deliveries }: Parcel, { status }: TransportAnswer): boolean =>
  status === 413 && deliveries.length > 1;

const tooLarge = (count: number): Outcome => ({
  kind: 'retry',
  reason: `answered 413: ${count} events are too much for one request; they go again in two halves, and later requests are smaller`,
  afterMs: null,
  throttled: false,
  tooLarge: true,
});

function buildFailure(
  delivery: ClaimedDelivery,
  destination: Destination,
  startedAt: number,
  error: unknown,
): AttemptMade {
  const reason = `the request could not be built: ${messageOf(error)}`;
  const failed: Outcome = isFinal(error) ? { kind: 'reject', reason } : failure(reason);
  const outcome = narrowOutcome(failed, null, false, destination.retry);
  const record: AttemptRecord = {
    startedAt,
    durationMs: 0,
    trigger: delivery.trigger,
    outcome: attemptOutcome(outcome),
    ...NOTHING_EXCHANGED,
    url: destination.displayUrl,
    error: 'build',
    reason: outcome.reason,
  };
  return { record, outcome, result: 'build' };
}

/** A template makes the same of the same event every time. */
const isFinal = (error: unknown): boolean =>
  error instanceof RelayError && error.code.startsWith('template.');

const failure = (reason: string): Outcome => ({ kind: 'retry', reason, afterMs: null, throttled: false });

function resultOf(answer: TransportAnswer): string {
  if (answer.error !== null) return answer.error.code;
  return answer.status === null ? 'delivered' : String(answer.status);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
