// Regular expressions of templates, by RE2 only: time grows with the text, never with tricks in the pattern. Each character
// the engine looks at is charged, since looking for many matches may go over the same text again and again.

import { RE2JS } from 're2js';
import { Fault, limitError, valueError } from './errors.js';
import type { Run } from './limits.js';

const MAX_PATTERN = 1000;
/** Instructions of one pattern: repetitions such as `(a{100}){100}` multiply. */
const MAX_PROGRAM = 3000;
const KEPT = 256;
const compiled = new Map<string, RE2JS>();

/** A Python pattern as RE2; ValueError for what RE2 does not have (look-around, back-references). */
function compilePattern(run: Run, pattern: string): RE2JS {
  const known = compiled.get(pattern);
  const regex = known ?? translate(pattern);
  // Charged once a rendering whether it was known or not, so that a template costs the same each time.
  run.chargeOnce(`pattern ${pattern}`, 400 + 32 * regex.programSize());
  if (known !== undefined) return known;
  if (compiled.size >= KEPT) compiled.delete(compiled.keys().next().value!);
  compiled.set(pattern, regex);
  return regex;
}

function translate(pattern: string): RE2JS {
  if (pattern.length > MAX_PATTERN || repeatedSize(pattern) > MAX_PROGRAM) {
    throw limitError(
      `a regular expression of more than ${MAX_PATTERN} characters, or ${MAX_PROGRAM} when repeated`,
    );
  }
  try {
    return RE2JS.compile(pattern.replace(/\\Z/g, '\\z'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw valueError(`regular expression not supported: ${why.slice(0, 120)}`);
  }
}

/** How long a pattern is with its counted repetitions written out; more rather than less. */
function repeatedSize(pattern: string): number {
  const open: number[] = [];
  let size = 0;
  let last = 0;
  for (const [part, most, least] of pattern.matchAll(
    /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,(\d+)\}|\{(\d+),?\}|[\s\S]/g,
  )) {
    const times = Number(most ?? least ?? 0);
    if (times > 1) {
      size += last * (times - 1);
      last *= times;
    } else if (part === '(') open.push(size);
    else if (part === ')') last = size - (open.pop() ?? size);
    else {
      last = 1;
      size += 1;
    }
  }
  return size;
}

/** A text that charges for being read: a step for every 20 instructions that may have looked at a character. */
class MeteredText extends String {
  private readonly run: Run;
  private readonly source: string;
  private readonly chunk: number;
  private readonly price: number;
  private left: number;
  constructor(run: Run, source: string, program: number) {
    super(source);
    this.run = run;
    this.source = source;
    this.chunk = Math.max(1, Math.floor(160 / Math.max(8, program)));
    this.price = Math.max(8, Math.ceil(program / 20));
    this.left = this.chunk;
  }

  override charCodeAt(index: number): number {
    if (--this.left === 0) {
      this.run.charge(this.price);
      this.left = this.chunk;
    }
    return this.source.charCodeAt(index);
  }

  override indexOf(wanted: string, from = 0): number {
    this.run.charge((this.source.length - from) >>> 8);
    return this.source.indexOf(wanted, from);
  }
}

function matcherOver(run: Run, pattern: string, text: string): ReturnType<RE2JS['matcher']> {
  run.charge(10);
  const regex = compilePattern(run, pattern);
  return regex.matcher(new MeteredText(run, text, regex.programSize()) as unknown as string);
}

/** re.search(pattern, text) found anything. */
export function searches(run: Run, pattern: string, text: string): boolean {
  return matcherOver(run, pattern, text).find();
}

/** re.match(pattern, text): at the start of the text. */
export function matchesStart(run: Run, pattern: string, text: string): boolean {
  return matcherOver(run, pattern, text).lookingAt();
}

/** re.sub(pattern, replacement, text), with \1 and \g<name> in the replacement. */
export function substitute(run: Run, pattern: string, replacement: string, text: string): string {
  const matcher = matcherOver(run, pattern, text);
  let result = '';
  let offset = 0;
  while (matcher.find()) {
    run.charge(10);
    result += text.slice(offset, matcher.start()) + expand(replacement, (group) => groupText(matcher, group));
    offset = matcher.end();
    if (result.length > run.limits.string) run.room(result.length);
  }
  result += text.slice(offset);
  run.room(result.length);
  return result;
}

function groupText(matcher: ReturnType<RE2JS['matcher']>, group: string): string {
  try {
    return matcher.group(/^\d+$/.test(group) ? Number(group) : group) ?? '';
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw valueError(`invalid group reference ${group}`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };

function expand(replacement: string, group: (name: string) => string): string {
  if (!replacement.includes('\\')) return replacement;
  return replacement.replace(/\\(?:g<(\w{1,60})>|(\d{1,2})|([\s\S]))/g, (whole, name, digits, letter) =>
    letter === undefined ? group(name ?? digits) : (ESCAPES[letter] ?? whole),
  );
}
