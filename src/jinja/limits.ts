// What one rendering may cost, and the `Run` that keeps count while it renders. Every loop, call and large value of the
// evaluator is charged here; nothing else decides when a template has had enough.

import { limitError } from './errors.js';
import { JsonPlace } from './json-place.js';

export interface Limits {
  /** Work units of one render: an expression, a loop turn, a call, a list item, 64 characters made. */
  readonly steps: number;
  /** Characters one render may put out. */
  readonly output: number;
  /** Calls of macros and recursive loops inside each other. */
  readonly depth: number;
  /** Characters of one string. */
  readonly string: number;
  /** Items of one list or dict. */
  readonly list: number;
  /** Characters of a template's source. */
  readonly source: number;
  /** Brackets and blocks inside each other in the source. */
  readonly nesting: number;
  /** Words, numbers, strings and signs of the source. */
  readonly tokens: number;
}

export const DEFAULT_LIMITS: Limits = {
  steps: 100_000,
  output: 4_194_304,
  depth: 60,
  string: 4_194_304,
  list: 50_000,
  source: 65_536,
  nesting: 80,
  tokens: 20_000,
};

/** Digits of one integer; the same figure as CPython's limit for printing one. */
export const MAX_INTEGER_DIGITS = 4300;
export const MAX_INTEGER_BITS = 14_280;

/** The rendering under way; rendering is synchronous, so there is one at most. */
let active: Run | undefined;

/** Does the work with that run as the one under way. */
export function during<T>(run: Run, work: () => T): T {
  const before = active;
  active = run;
  try {
    return work();
  } finally {
    active = before;
  }
}

/** Charges the rendering under way, for work deep in values that is not handed a run (equality, order). */
export function chargeActive(units: number): void {
  active?.charge(units);
}

export interface RunSettings {
  readonly limits: Limits;
  readonly now: () => number;
  readonly random: () => number;
  readonly ownsContext: boolean;
  /** Whether what is written is JSON, into which values are inserted as such. */
  readonly json: boolean;
}

export class Run {
  readonly context: Readonly<Record<string, unknown>>;
  readonly limits: Limits;
  /** Milliseconds since the epoch for `time()`. */
  readonly now: () => number;
  /** From 0 to 1, for the filter `random`. */
  readonly random: () => number;
  /** Whether values of the context are this run's own copy, so that a template may change them. */
  readonly ownsContext: boolean;
  out = '';
  /** Of output that is JSON; undefined for text. */
  readonly json: JsonPlace | undefined;
  /** How many captures are under way: what is written goes into a value. */
  captures = 0;
  /** Offset in the source of the operation being done, for errors. */
  position = 0;
  depth = 0;
  private stepsLeft: number;
  private written = 0;
  private readonly seen = new Set<string>();

  constructor(context: Readonly<Record<string, unknown>>, settings: RunSettings) {
    this.context = context;
    this.limits = settings.limits;
    this.now = settings.now;
    this.random = settings.random;
    this.ownsContext = settings.ownsContext;
    this.json = settings.json ? new JsonPlace() : undefined;
    this.stepsLeft = settings.limits.steps;
  }

  step(): void {
    if (--this.stepsLeft < 0) this.stop();
  }

  charge(units: number): void {
    this.stepsLeft -= units;
    if (this.stepsLeft < 0) this.stop();
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.limits.steps - this.stepsLeft;
  }

  /** Charges for something that is prepared once a rendering: a pattern, a time zone. */
  chargeOnce(name: string, units: number): void {
    if (this.seen.has(name)) return;
    this.seen.add(name);
    this.charge(units);
  }

  write(text: string): void {
    this.written += text.length;
    if (this.written > this.limits.output) {
      throw limitError(`output is larger than ${this.limits.output} characters`);
    }
    this.out += text;
    if (this.json !== undefined && this.captures === 0) this.json.follow(text);
  }

  /** Call before a string of that many characters is made. */
  room(characters: number): void {
    if (characters > this.limits.string) {
      throw limitError(`a string of more than ${this.limits.string} characters`);
    }
    if (characters > 64) this.charge(characters >>> 6);
  }

  /** Call before a list or dict of that many items is made. */
  roomForItems(items: number): void {
    if (items > this.limits.list) throw limitError(`a list of more than ${this.limits.list} items`);
    this.charge(items);
  }

  enter(): void {
    if (++this.depth > this.limits.depth) {
      throw limitError(`calls nested deeper than ${this.limits.depth}`);
    }
    this.step();
  }

  leave(): void {
    this.depth -= 1;
  }

  private stop(): never {
    throw limitError(`more than ${this.limits.steps} steps`);
  }
}
