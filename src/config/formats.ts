// The kinds of text a config value can be: how each is checked and what a wrong one is told. No file access, no knowledge of keys.

import ipaddr from 'ipaddr.js';
import { validate as isCron } from 'node-cron';
import { publicKeyOf } from '../core/signing.js';
import { parseSize, parseSpan } from '../core/units.js';
import { isTypePattern, KNOWN_EVENT_TYPES } from '../model/event-types.js';
import type { RateLimit } from '../model/topology.js';

export const NAME_PATTERN = /^[a-z0-9][a-z0-9_-]{0,62}$/;

export interface ValueFormat {
  /** "must be …" */
  readonly expects: string;
  readonly example: string;
  check(text: string): boolean;
}

/** `{host, port}` of `127.0.0.1:8480`, `[::1]:8480` or `localhost:0`; undefined when it is not one. Port 0 takes any free port. */
export function parseListen(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const port = Number(match[3]);
  return port > 65_535 ? undefined : { host: (match[1] ?? match[2]) as string, port };
}

/** `10.0.0.0/8`, or one address (made a CIDR of itself); undefined when it is neither. */
export function parseCidr(text: string): string | undefined {
  if (ipaddr.isValidCIDR(text)) return text;
  if (!ipaddr.isValid(text) || !/[.:].*[.:]/.test(text)) return undefined;
  return `${text}/${ipaddr.parse(text).kind() === 'ipv4' ? 32 : 128}`;
}

/** An absolute http or https URL with a host. */
function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\/[^/\s]/i.test(text) || /[\s\p{Cc}]/u.test(text)) return false;
  return URL.canParse(text);
}

/** `whsec_` and base64 of 24–64 bytes (Standard Webhooks 1.0.0, "Signature scheme"). */
function isSigningSecret(text: string): boolean {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (base64 === undefined || base64.length % 4 !== 0) return false;
  const bytes = Buffer.from(base64, 'base64').length;
  return bytes >= 24 && bytes <= 64;
}

/** Areas that are Relay's own: a type in one of them must be a known one. */
const OWN_AREAS = new Set(KNOWN_EVENT_TYPES.map((type) => type.slice(0, type.indexOf('.'))));

function isKnownOrCustomPattern(text: string): boolean {
  if (!isTypePattern(text)) return false;
  const area = text.split('.')[0] as string;
  if (text === '*' || text === `${area}.*` || !OWN_AREAS.has(area)) return true;
  return KNOWN_EVENT_TYPES.includes(text);
}

const MOST_REQUESTS = 100_000;
const LONGEST_RATE_SPAN_MS = 86_400_000;

/** `300/5m`; undefined when it is not one, or beyond what is counted exactly. */
export function parseRate(text: string): RateLimit | undefined {
  const match = /^(\d{1,6})\s*\/\s*(\d*)(.+)$/.exec(text.trim());
  if (!match) return undefined;
  // `10/s` is one second, as people write it.
  const spanMs = parseSpan(`${match[2] || '1'}${match[3]}`) ?? 0;
  const requests = Number(match[1]);
  if (requests < 1 || requests > MOST_REQUESTS || spanMs < 1_000 || spanMs > LONGEST_RATE_SPAN_MS)
    return undefined;
  return { requests, spanMs, text: text.trim() };
}

const DAY_MS = 86_400_000;

function isSpanBetween(text: string, leastMs: number, mostMs: number): boolean {
  const ms = parseSpan(text);
  return ms !== undefined && ms >= leastMs && ms <= mostMs;
}

const positiveSpan = (text: string): boolean => (parseSpan(text) ?? 0) > 0;

/** `local@domain`, one line, without quoting: what people write (RFC 5321, section 4.5.3.1 for the lengths). */
const MAIL_ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;

export const isMailAddress = (text: string): boolean => text.length <= 254 && MAIL_ADDRESS.test(text);

/** An address, or a name and an address: `Relay <relay@example.org>`. */
function isMailSender(text: string): boolean {
  const named = /^[^<>"\p{Cc}]{1,100}<([^<>]+)>$/u.exec(text);
  return isMailAddress(named === null ? text : (named[1] as string));
}

/** Keyed by the `format` names used in the schema. */
export const FORMATS: Readonly<Record<string, ValueFormat>> = {
  name: {
    expects:
      'lower case letters, digits, "-" and "_", beginning with a letter or digit, at most 63 characters',
    example: 'payments-api',
    check: (text) => NAME_PATTERN.test(text),
  },
  span: { expects: 'a span of time with a unit (ms, s, m, h, d, w)', example: '90s', check: positiveSpan },
  timeout: {
    expects: 'a span of time between 1ms and 10m',
    example: '15s',
    check: (text) => positiveSpan(text) && (parseSpan(text) as number) <= 600_000,
  },
  heartbeat: {
    expects: 'a span of time between 30s and 30d',
    example: '10m',
    check: (text) => isSpanBetween(text, 30_000, 30 * DAY_MS),
  },
  'short-wait': {
    expects: 'a span of time up to 1m',
    example: '2s',
    check: (text) => isSpanBetween(text, 0, 60_000),
  },
  'quiet-span': {
    expects: 'a span of time between 1m and 90d',
    example: '6h',
    check: (text) => isSpanBetween(text, 60_000, 90 * DAY_MS),
  },
  size: {
    expects: 'a size with a unit (kB, MB, GB, KiB, MiB, GiB)',
    example: '10GB',
    check: (text) => (parseSize(text) ?? 0) > 0,
  },
  cron: {
    expects: 'a cron expression: minute, hour, day of month, month, day of week',
    example: '*/15 * * * *',
    check: (text) => isCron(text),
  },
  'http-url': {
    expects: 'an http:// or https:// URL',
    example: 'https://example.org/hook',
    check: isHttpUrl,
  },
  cidr: {
    expects: 'an address range in CIDR form',
    example: '10.0.0.0/8',
    check: (text) => parseCidr(text) !== undefined,
  },
  listen: {
    expects: 'host:port',
    example: '127.0.0.1:8480',
    check: (text) => parseListen(text) !== undefined,
  },
  'event-pattern': {
    expects: 'an event type, "area.*" or "*"',
    example: 'incident.triggered',
    check: isKnownOrCustomPattern,
  },
  assignee: {
    expects: '"user:" and the name of a user in directory.users',
    example: 'user:dana',
    check: (text) => text.startsWith('user:') && NAME_PATTERN.test(text.slice(5)),
  },
  'source-key': {
    expects: '1 to 128 letters, digits, "-", "_", "." and "~", because it is part of a URL',
    example: 'env:DATADOG_KEY',
    check: (text) => /^[A-Za-z0-9._~-]{1,128}$/.test(text),
  },
  'source-secret': {
    expects: 'a text of 1 to 4,000 characters',
    example: 'env:GITHUB_SECRET',
    check: (text) => text.length > 0 && text.length <= 4_000,
  },
  rate: {
    expects: 'requests per span of time: 1 to 100000, and 1s to 24h',
    example: '300/5m',
    check: (text) => parseRate(text) !== undefined,
  },
  'mail-address': {
    expects: 'a mail address',
    example: 'oncall@example.org',
    check: isMailAddress,
  },
  'mail-sender': {
    expects: 'a mail address, or a name and an address in <>',
    example: 'relay@example.org',
    check: isMailSender,
  },
  host: {
    expects: 'a host name or an IP address, without a port',
    example: 'mail.example.org',
    check: (text) =>
      ipaddr.isValid(text) || /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,252}[\p{L}\p{N}])?$/u.test(text),
  },
  'signing-secret': {
    expects: '"whsec_" and 24 to 64 bytes in base64',
    example: 'env:CRM_SECRET',
    check: isSigningSecret,
  },
  'private-key': {
    expects: '"whsk_" and an ed25519 seed with its public key in base64',
    example: 'env:CRM_PRIVATE_KEY',
    check: (text) => publicKeyOf(text) !== null,
  },
  'header-name': {
    expects: 'the name of a header: letters, digits and "-"',
    example: 'X-Hub-Signature-256',
    check: (text) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/.test(text),
  },
  'header-text': {
    expects: 'at most 64 characters of ASCII',
    example: '"sha256="',
    check: (text) => /^[\x20-\x7e]{0,64}$/.test(text),
  },
  'proxy-url': {
    expects: 'the http:// or https:// URL of a proxy, without a path',
    example: 'http://proxy.example.org:3128',
    check: (text) => isHttpUrl(text) && /^[^/]+\/\/[^/?#]+\/?$/.test(text),
  },
  pem: {
    expects: 'a certificate in PEM form, by file:path or env:NAME',
    example: 'file:./relay.cert.pem',
    check: (text) => text.includes('-----BEGIN CERTIFICATE-----'),
  },
  'pem-key': {
    expects: 'a private key in PEM form, by file:path or env:NAME',
    example: 'file:./relay.key.pem',
    check: (text) => /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text),
  },
  'content-type': {
    expects: '"json", "form" or a media type',
    example: 'text/plain',
    check: (text) =>
      text === 'json' || text === 'form' || /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\x20-\x7e]*)?$/.test(text),
  },
  'uri-reference': {
    expects: 'a URI or a path without spaces',
    example: 'https://example.org/relay',
    check: (text) => /^[\x21-\x7e]+$/.test(text) && URL.canParse(text, 'http://localhost'),
  },
  path: {
    expects: 'a path',
    example: './data',
    check: (text) => text.length > 0 && !text.includes('\0'),
  },
};
