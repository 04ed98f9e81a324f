// Text from outside, fit for a mail: on one line, without control characters, cut, and without the secrets of the destination it came
// from. What a receiver answers is untrusted: it may echo the request's own headers.

import { isSecretHeader, MASK } from '../core/redaction.js';
import type { Destination } from '../model/topology.js';

/** Shorter ones would mask parts of ordinary words. */
const SHORTEST_SECRET = 4;
const SECRET_KEY = /secret|password|passwd|token|api_?key|credential|signing_keys/i;
/** `"token": "…"`, `password=…` and what follows `Bearer`, whoever's they are. */
const SPOKEN_SECRETS =
  /((?:["']?)(?:[\w-]*(?:password|passwd|secret|token|api[_-]?key)|authorization)["']?\s*[:=]\s*["']?)(?:(?:bearer|basic)\s+)?[^"'\s,;&}]+|\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}|\bwhsec_[A-Za-z0-9+/=]+/gi;

/** One line of at most `max` characters; a longer one ends in `…`. */
export function oneLine(text: string, max: number): string {
  // Looked at in part: an answer may have megabytes, and patterns over it cost.
  const part = text.slice(0, max * 8);
  const line = part
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...line];
  const isCut = characters.length > max || part.length < text.length;
  return isCut
    ? `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`
    : line;
}

/** What of an answer's body may be read in a mail: secrets masked first, then cut, so that no half of one is left. */
export function excerpt(body: string, destination: Destination, max: number): string {
  return oneLine(masked(body.slice(0, max * 8), secretsOf(destination)), max);
}

export function masked(text: string, secrets: readonly string[]): string {
  const without = secrets.reduce((rest, secret) => rest.split(secret).join(MASK), text);
  return without.replace(
    SPOKEN_SECRETS,
    (_all, named?: string, scheme?: string) => `${named ?? scheme ?? ''}${MASK}`,
  );
}

/** Values of this destination's settings that must not be read anywhere, the longest first. */
export function secretsOf({ settings }: Destination): string[] {
  const found = new Set<string>();
  const add = (value: unknown): void => {
    if (typeof value !== 'string') return;
    for (const part of [value, ...value.split(/\s+/)]) if (part.length >= SHORTEST_SECRET) found.add(part);
  };
  const walk = (value: unknown, isSecret: boolean): void => {
    if (Array.isArray(value)) for (const entry of value) walk(entry, isSecret);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, entry] of Object.entries(value)) walk(entry, isSecret || SECRET_KEY.test(key));
    } else if (isSecret) add(value);
  };
  walk(settings, false);
  for (const [name, value] of Object.entries((settings.headers ?? {}) as object)) {
    if (isSecretHeader(name)) add(value);
  }
  for (const secret of secretsInUrl(settings.url)) add(secret);
  // The scheme of a header is no secret.
  for (const scheme of ['Bearer', 'bearer', 'Basic', 'basic', 'Token', 'token']) found.delete(scheme);
  return [...found].sort((a, b) => b.length - a.length);
}

function secretsInUrl(url: unknown): string[] {
  if (typeof url !== 'string' || !URL.canParse(url)) return [];
  const { username, password, searchParams } = new URL(url);
  const named = [...searchParams].filter(([name]) => isSecretHeader(name) || SECRET_KEY.test(name));
  return [decodeURIComponent(username), decodeURIComponent(password), ...named.map(([, value]) => value)];
}
