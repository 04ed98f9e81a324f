// Renders random templates over random payloads and keeps count. What may come out is text or a TemplateError whose place lies in the
// source, the same at each rendering, with the payload as it was; anything else is a finding. Asserts nothing about time, but says
// which templates took longest.

import { compile } from '../../../src/jinja/compile.js';
import { TemplateError } from '../../../src/jinja/errors.js';
import { parseJson, toJson } from '../../../src/jinja/json.js';
import { DEFAULT_LIMITS } from '../../../src/jinja/limits.js';
import { Random } from './random.js';
import { type Corpus, Payloads } from './random-payloads.js';
import { Templates } from './random-templates.js';

export interface Finding {
  readonly what: string;
  readonly index: number;
  readonly template: string;
  readonly payload: string;
}

export interface Tally {
  readonly seed: number;
  rendered: number;
  characters: number;
  /** By kind and Python type: `runtime TypeError`. */
  readonly errors: Map<string, number>;
  readonly findings: Finding[];
  slowest: { ms: number; index: number; outcome: string; template: string; payload: string }[];
}

/** How many of the slowest are measured again, and how many of those are shown. */
const CANDIDATES = 60;
const SHOWN = 8;

/** One case, made from nothing but its seed and index, so that any of them can be made again alone. */
export function caseOf(seed: number, index: number, corpus: Corpus): { template: string; payload: string } {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const templates = new Templates(random);
  const kind = random.next();
  const payloads = new Payloads(random);
  const payload = (): string => (random.chance(0.3) ? random.pick(corpus.samples) : payloads.any());
  if (kind < 0.6) return { template: templates.any(3), payload: payloads.any() };
  if (kind < 0.75)
    return { template: templates.mutate(templates.any(2), templates.any(2)), payload: payload() };
  if (kind < 0.97) {
    const template = templates.mutate(random.pick(corpus.templates), random.pick(corpus.templates));
    return { template, payload: random.chance(0.7) ? random.pick(corpus.samples) : payloads.any() };
  }
  return { template: templates.noise(), payload: payload() };
}

/** What became of one rendering, as a text that two equal renderings share. */
function outcomeOf(run: () => string, source: string): { outcome: string; text: string | null } {
  try {
    const text = run();
    if (typeof text !== 'string') return { outcome: `FINDING rendered ${typeof text}`, text: null };
    if (text.length > DEFAULT_LIMITS.output) return { outcome: 'FINDING longer than the limit', text: null };
    return { outcome: 'text', text };
  } catch (error) {
    if (!(error instanceof TemplateError)) return { outcome: `FINDING threw ${String(error)}`, text: null };
    const wrong = placeOutside(error, source);
    return wrong === null
      ? { outcome: `${error.kind} ${error.type}`, text: error.message }
      : { outcome: `FINDING ${wrong}`, text: null };
  }
}

/** Why the place of an error is not one in the source; null when it is. A template's line ends are \n, \r\n or \r. */
export function placeOutside(error: TemplateError, source: string): string | null {
  const lines = source.split(/\r\n|\r|\n/);
  const line = lines[error.line - 1];
  if (!Number.isInteger(error.line) || line === undefined) return `line ${error.line} of ${lines.length}`;
  const isInside = Number.isInteger(error.column) && error.column >= 1 && error.column <= line.length + 1;
  return isInside ? null : `column ${error.column} in a line of ${line.length}`;
}

function runCase(template: string, payload: string): string {
  const context = { payload: parseJson(payload), labels: { severity: 'high' }, integration_name: 'fuzz' };
  const before = toJson(context);
  let compiled: ReturnType<typeof compile> | undefined;
  const first = outcomeOf(() => {
    compiled = compile(template);
    return compiled.render(context);
  }, template);
  if (first.outcome.startsWith('FINDING') || compiled === undefined) return first.outcome;
  const { render } = compiled;
  const second = outcomeOf(() => render(context), template);
  if (second.outcome !== first.outcome || second.text !== first.text)
    return 'FINDING another result the second time';
  return toJson(context) === before ? first.outcome : 'FINDING the context was changed';
}

/** `watch` is told of each case before it runs, so that one that never ends can be named. */
export function fuzz(
  options: { readonly seed: number; readonly count: number; readonly corpus: Corpus },
  watch: (index: number, template: string) => void = () => {},
): Tally {
  const { seed, count, corpus } = options;
  const tally: Tally = { seed, rendered: 0, characters: 0, errors: new Map(), findings: [], slowest: [] };
  for (let index = 0; index < count; index += 1) {
    const { template, payload } = caseOf(seed, index, corpus);
    watch(index, template);
    const started = performance.now();
    const outcome = runCase(template, payload);
    const ms = (performance.now() - started) / 2;
    note(tally, { ms, index, outcome, template, payload });
  }
  tally.slowest = tally.slowest
    .map((one) => ({ ...one, ms: Math.min(one.ms, ...[1, 2, 3].map(() => timeOf(one))) }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, SHOWN);
  return tally;
}

/** Measured again, since the first figure has the machine's other work in it, and the compiler's. */
function timeOf({ template, payload }: { readonly template: string; readonly payload: string }): number {
  const started = performance.now();
  runCase(template, payload);
  return (performance.now() - started) / 2;
}

function note(tally: Tally, done: Tally['slowest'][number]): void {
  tally.characters += done.template.length;
  if (done.outcome.startsWith('FINDING')) tally.findings.push({ ...done, what: done.outcome });
  else if (done.outcome === 'text') tally.rendered += 1;
  else tally.errors.set(done.outcome, (tally.errors.get(done.outcome) ?? 0) + 1);
  if (tally.slowest.length === CANDIDATES && done.ms <= (tally.slowest.at(-1)?.ms ?? 0)) return;
  tally.slowest = [...tally.slowest, done].sort((a, b) => b.ms - a.ms).slice(0, CANDIDATES);
}

/** The figures, for people. */
export function tallyText(tally: Tally): string {
  const errors = [...tally.errors]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, times]) => `  ${kind}: ${times}`);
  const slowest = tally.slowest.map(
    ({ ms, index, outcome, template }) =>
      `  ${ms.toFixed(1)} ms, case ${index}, ${outcome}: ${JSON.stringify(template.slice(0, 300))}`,
  );
  const findings = tally.findings
    .slice(0, 50)
    .map(
      ({ what, index, template, payload }) =>
        `  case ${index}: ${what}\n    ${JSON.stringify(template)}\n    ${payload}`,
    );
  return [
    `seed ${tally.seed}: ${tally.rendered} rendered, ${tally.findings.length} findings, ${tally.characters} characters of templates`,
    ...['errors:', ...errors, 'slowest (one rendering):', ...slowest, 'findings:', ...findings],
  ].join('\n');
}
