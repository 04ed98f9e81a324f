// What the value of a flag may be, where that can be said without the daemon: spans, numbers, URLs, references to secrets. A secret typed as
// a value is refused: it would stay in the shell's history.

import { RelayError } from '../../core/errors.js';
import { parseSpan } from '../../core/units.js';

export const wrong = (message: string, why: string, fix: string): RelayError =>
  new RelayError('usage.invalid', message, { why, fix });

export const isReference = (value: string): boolean => /^(env|file):./.test(value);

/** Only the keys whose value is given. */
export function given<Fields extends Record<string, unknown>>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>;
}

/** @throws usage.invalid */
export function spanValue(flag: string, text: string, example: string): string {
  if (parseSpan(text) !== undefined) return text;
  throw wrong(
    `--${flag} ${text} is not a span of time`,
    'a number needs its unit: ms, s, m, h, d',
    `--${flag} ${example}`,
  );
}

/** @throws usage.invalid */
export function numberValue(flag: string, text: string, example: string): number {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw wrong(`--${flag} ${text} is not a number`, 'it is written in digits', `--${flag} ${example}`);
}

/** A URL without a password, or a reference to one. @throws usage.invalid */
export function parseUrl(text: string, flag = 'url'): string {
  if (isReference(text)) return text;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw wrong(
      `"${text}" is not a URL`,
      'it must begin with http:// or https://',
      `--${flag} https://host/path`,
    );
  if (url.password !== '')
    throw wrong(
      'the URL holds a password',
      'flag values stay in the shell history and in the list of processes',
      `put the whole URL into the daemon's environment and name it: --${flag} env:MY_URL`,
    );
  return text;
}

/** `env:NAME` or `file:path`, never the secret itself. @throws usage.invalid */
export function secretReference(flag: string, text: string): string {
  if (isReference(text)) return text;
  throw wrong(
    `--${flag} takes no secret itself`,
    'flag values stay in the shell history and in the list of processes',
    `name the variable that holds it: --${flag} env:MY_SECRET`,
  );
}
