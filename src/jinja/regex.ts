// Regular expressions of templates, by RE2 only: time grows with the text, never with tricks in the pattern.

import { RE2JS } from 're2js';
import { limitError, valueError } from './errors.js';
import type { Run } from './limits.js';

const MAX_PATTERN = 1000;
const KEPT = 256;
const compiled = new Map<string, RE2JS>();

/** A Python pattern as RE2; ValueError for what RE2 does not have (look-around, back-references). */
export function compilePattern(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > MAX_PATTERN)
    throw limitError(`a regular expression of more than ${MAX_PATTERN} characters`);
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(pattern.replace(/\\Z/g, '\\z'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw valueError(`regular expression not supported: ${why.slice(0, 120)}`);
  }
  if (compiled.size >= KEPT) compiled.delete(compiled.keys().next().value!);
  compiled.set(pattern, regex);
  return regex;
}

/** Charges for one pass over the text; the automaton's size counts, since a pass may touch all of it at each character. */
function chargePass(run: Run, regex: RE2JS, text: string): void {
  run.charge(Math.ceil((text.length * Math.max(64, regex.programSize())) / 4096));
}

/** re.search(pattern, text) found anything. */
export function searches(run: Run, pattern: string, text: string): boolean {
  const regex = compilePattern(pattern);
  chargePass(run, regex, text);
  return regex.matcher(text).find();
}

/** re.match(pattern, text): at the start of the text. */
export function matchesStart(run: Run, pattern: string, text: string): boolean {
  const regex = compilePattern(pattern);
  chargePass(run, regex, text);
  return regex.matcher(text).lookingAt();
}

/** re.sub(pattern, replacement, text), with \1 and \g<name> in the replacement. */
export function substitute(run: Run, pattern: string, replacement: string, text: string): string {
  const regex = compilePattern(pattern);
  chargePass(run, regex, text);
  const matcher = regex.matcher(text);
  let result = '';
  let offset = 0;
  while (matcher.find()) {
    run.charge(4);
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
  } catch {
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
