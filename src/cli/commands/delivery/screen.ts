// The screen of `delivery show`: the delivery, then every attempt with request and response as they were. Pure.

import type { DeliveryDetail } from '../../../http/wire/api-types.js';
import type { CliContext } from '../../context.js';
import { alignFields } from '../../output/object.js';
import { paintState } from '../../output/paint.js';
import { bodyLines } from '../../output/printable.js';
import { oneLine } from '../../output/table.js';
import { showInstant } from '../../output/time.js';
import { tookText } from '../../output/timings.js';

type Look = Pick<CliContext, 'paint' | 'isTTY' | 'now'>;
type AttemptItem = DeliveryDetail['attempts'][number];

/** Without `--body`, a body longer than this is cut; the screen says so. */
const SHORT_BODY_LINES = 12;
/** Without `--attempts`, the last so many; the screen says how many there were before. */
const SHOWN_ATTEMPTS = 5;

function headerLines(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => oneLine(`${name}: ${value}`));
}

function shownBody(body: string, whole: boolean, look: Look): string[] {
  const lines = bodyLines(body);
  if (whole || lines.length <= SHORT_BODY_LINES) return lines;
  const rest = lines.length - SHORT_BODY_LINES;
  return [...lines.slice(0, SHORT_BODY_LINES), look.paint.dim(`… ${rest} more lines, shown with --body`)];
}

function answerLines(attempt: AttemptItem, whole: boolean, look: Look): string[] {
  if (attempt.status === null)
    return [`< no answer: ${attempt.error ?? (attempt.outcome === 'unknown' ? 'not recorded' : 'none')}`];
  const cutShort = attempt.response_truncated
    ? [look.paint.dim('(the rest of the answer was not kept)')]
    : [];
  return [
    `< ${attempt.status}`,
    ...headerLines(attempt.response_headers).map((line) => `< ${line}`),
    ...shownBody(attempt.response_body, whole, look),
    ...cutShort,
  ];
}

/** Members of a batch shown without `--body`. */
const SHOWN_MEMBERS = 10;

/** Who shared the request; this delivery is marked. */
function batchLines({ batch, delivery }: AttemptItem, whole: boolean, look: Look): string[] {
  if (batch === null) return [];
  const { deliveries } = batch;
  const shown = whole ? deliveries : deliveries.slice(0, SHOWN_MEMBERS);
  const rest = deliveries.length - shown.length;
  const count = deliveries.length === 1 ? '1 event' : `${deliveries.length} events`;
  return [
    `batch ${batch.id} with ${count}:`,
    ...shown.map(
      (member) =>
        `${member.delivery === delivery ? '*' : ' '} ${member.event_type}  ${member.event}  ${member.delivery}`,
    ),
    ...(rest === 0 ? [] : [look.paint.dim(`… ${rest} more, shown with --body`)]),
  ];
}

/** Of an attempt without a method nothing was written down, or nothing was made. */
function requestLine({ method, url, outcome }: AttemptItem): string {
  if (method !== '') return oneLine(`> ${method} ${url}`);
  return oneLine(
    outcome === 'unknown'
      ? `the request was not recorded; it was for ${url}`
      : `no request was made to ${url}`,
  );
}

/** One attempt: why it was made, how long it took, what was sent, what came back. Number 1 is the first. */
function attemptLines(attempt: AttemptItem, number: number, whole: boolean, look: Look): string[] {
  const head = [
    look.paint.bold(`Attempt ${number}`),
    paintState(look.paint, attempt.outcome),
    attempt.trigger,
    showInstant(look, attempt.started_at),
    ...(attempt.duration_ms === null ? ['not finished'] : []),
    look.paint.dim(attempt.id),
  ].join('  ');
  const took =
    attempt.duration_ms === null ? [] : [`time: ${tookText(attempt.duration_ms, attempt.timings)}`];
  const why = attempt.reason === '' ? [] : [`why: ${oneLine(attempt.reason)}`];
  const sent = [
    requestLine(attempt),
    ...headerLines(attempt.request_headers).map((line) => `> ${line}`),
    ...shownBody(attempt.request_body, whole, look),
  ];
  return [
    head,
    ...[
      ...why,
      ...took,
      ...batchLines(attempt, whole, look),
      ...sent,
      '',
      ...answerLines(attempt, whole, look),
    ].map((line) => (line ? `  ${line}` : '')),
  ];
}

export interface DeliveryScreenOptions {
  /** Bodies are not cut. */
  readonly wholeBodies: boolean;
  /** Every attempt, not only the last ones. */
  readonly allAttempts: boolean;
}

/** Every line of the screen. */
export function deliveryScreen(
  delivery: DeliveryDetail,
  options: DeliveryScreenOptions,
  look: Look,
): string[] {
  const state = `${paintState(look.paint, delivery.state)}${delivery.reason ? `, ${oneLine(delivery.reason)}` : ''}`;
  const tries = delivery.tries === 1 ? '1 try' : `${delivery.tries} tries`;
  const lines = alignFields(look, [
    ['delivery', delivery.id],
    ['state', state],
    ['event', `${delivery.event_type}  ${delivery.event}`],
    ['incident', delivery.incident],
    ['to', `${delivery.destination}  ${oneLine(delivery.url)}`],
    ['because', oneLine(delivery.routed_because)],
    ['message id', delivery.message_id],
    ['created', showInstant(look, delivery.created_at)],
    [
      'next try',
      delivery.due_at === null || delivery.state === 'held' ? null : showInstant(look, delivery.due_at),
    ],
    ['result', `${delivery.result || 'not sent yet'}, ${tries}`],
  ]);
  const from = options.allAttempts ? 0 : Math.max(0, delivery.attempts.length - SHOWN_ATTEMPTS);
  if (from > 0) lines.push('', look.paint.dim(`${from} earlier attempts, shown with --attempts`));
  delivery.attempts.slice(from).forEach((attempt, index) => {
    lines.push('', ...attemptLines(attempt, from + index + 1, options.wholeBodies, look));
  });
  return lines;
}
