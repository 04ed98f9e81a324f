// How `relay listen` shows what arrived: a block for people, one object a line for programs, and the count at the end. Pure.

import { isSecretHeader, MASK, maskHeaders } from '../../../core/redaction.js';
import { formatSize } from '../../../core/units.js';
import type { Paint } from '../../output/paint.js';
import { printable } from '../../output/printable.js';
import { oneLine } from '../../output/table.js';
import { readBody } from './reading.js';
import type { Received } from './receiver.js';
import { describeVerdict, type Verdict } from './signature.js';

const SHOWN_ALWAYS = ['webhook-id', 'content-type'];

function paintVerdict(verdict: Verdict, paint: Paint): string {
  const words = describeVerdict(verdict);
  if (verdict.state === 'verified') return paint.green(words);
  return verdict.state === 'wrong' ? paint.red(words) : paint.dim(words);
}

function paintAnswer(answered: Received['answered'], paint: Paint): string {
  const ok = typeof answered === 'number' && answered < 300;
  return (ok ? paint.green : paint.yellow)(String(answered));
}

/** The block of one request. `time` is how the instant is shown. */
export function requestBlock(
  received: Received,
  verdict: Verdict,
  options: { readonly time: string; readonly allHeaders: boolean; readonly paint: Paint },
): string {
  const { paint } = options;
  const reading = readBody(received.body, received.headers['content-type'] ?? '');
  const said = [reading.type, reading.title === null ? null : `“${reading.title}”`]
    .filter(Boolean)
    .join('  ');
  const head = [
    paint.dim(options.time),
    paint.bold(oneLine(`${received.method} ${received.path}`)),
    ...(said === '' ? [] : [oneLine(said)]),
  ].join('  ');
  const facts = `${formatSize(received.bodyBytes)}, answered ${paintAnswer(received.answered, paint)}, ${paintVerdict(verdict, paint)}`;
  return [
    head,
    `  ${facts}`,
    ...headerLines(received.headers, options.allHeaders).map((line) => `  ${paint.dim(line)}`),
    ...indented(reading.pretty),
    '',
  ].join('\n');
}

function indented(body: string): string[] {
  if (body === '') return ['  (no body)'];
  return printable(body)
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `  ${line}`);
}

function headerLines(headers: Received['headers'], all: boolean): string[] {
  const names = all
    ? Object.keys(headers).sort()
    : SHOWN_ALWAYS.filter((name) => headers[name] !== undefined);
  return names.map((name) => `${name}: ${isSecretHeader(name) ? MASK : oneLine(headers[name] ?? '')}`);
}

/** The object `--json` prints, one a line. */
export function requestRecord(received: Received, verdict: Verdict): Record<string, unknown> {
  const reading = readBody(received.body, received.headers['content-type'] ?? '');
  return {
    number: received.number,
    at: new Date(received.at).toISOString(),
    method: received.method,
    path: received.path,
    type: reading.type,
    title: reading.title,
    answered: received.answered,
    signature: verdict.state,
    signature_detail: describeVerdict(verdict),
    headers: maskHeaders(received.headers),
    body: received.body,
    body_bytes: received.bodyBytes,
  };
}

export interface Tally {
  requests: number;
  readonly verdicts: Map<Verdict['state'], number>;
  readonly answers: Map<string, number>;
}

export const newTally = (): Tally => ({ requests: 0, verdicts: new Map(), answers: new Map() });

export function count(tally: Tally, received: Received, verdict: Verdict): void {
  const answer = String(received.answered);
  tally.requests += 1;
  tally.verdicts.set(verdict.state, (tally.verdicts.get(verdict.state) ?? 0) + 1);
  tally.answers.set(answer, (tally.answers.get(answer) ?? 0) + 1);
}

const VERDICT_WORDS: Record<Verdict['state'], string> = {
  verified: 'verified',
  unsigned: 'not signed',
  wrong: 'with a WRONG signature',
  unchecked: 'not checked',
};

/** `3 requests: 2 verified, 1 not signed; answered 503 twice` in one line. */
export function tallyLine(tally: Tally): string {
  if (tally.requests === 0) return 'nothing arrived';
  const verdicts = Object.entries(VERDICT_WORDS)
    .map(([state, words]) => [tally.verdicts.get(state as Verdict['state']) ?? 0, words] as const)
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${number} ${words}`);
  const answers = [...tally.answers].map(([answer, number]) => `${answer} × ${number}`);
  const requests = tally.requests === 1 ? '1 request' : `${tally.requests} requests`;
  return `${requests}: ${verdicts.join(', ')}; answered ${answers.join(', ')}`;
}
