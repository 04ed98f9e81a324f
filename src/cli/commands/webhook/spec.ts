// Flags of `webhook add|edit` and `integration add|edit` → an object in the config file's form. Checks what can be checked without the
// daemon; the daemon validates the whole. A secret typed as a flag value is refused: it would stay in the shell's history.

import type { WebhookSpec } from '../../../config/spec.js';
import { RelayError } from '../../../core/errors.js';
import { parseSpan } from '../../../core/units.js';
import { isTypePattern } from '../../../model/event-types.js';
import type { FilterFlags } from '../filter-flags.js';
import type { FormatFlags } from './format-flags.js';

export interface DeliveryFlags extends FilterFlags {
  readonly events?: readonly string[];
  readonly header?: readonly string[];
  readonly timeout?: string;
  readonly retries?: string;
}

export interface WebhookFlags extends DeliveryFlags, FormatFlags {
  readonly url?: readonly string[];
  readonly method?: string;
  readonly description?: string;
  readonly failureEmail?: readonly string[];
  readonly secret?: string;
  readonly signature?: string;
  readonly bearer?: string;
  readonly proxy?: string;
  /** commander's form of `--no-verify-ssl`. */
  readonly verifySsl?: boolean;
}

type Fields = Record<string, unknown>;
type Method = 'POST' | 'PUT' | 'PATCH';

const METHODS: readonly string[] = ['POST', 'PUT', 'PATCH'];
const SECRET_HEADER = /^(proxy-)?authorization$|^cookie$|token|secret|api-?key|password/i;
export const isReference = (value: string): boolean => /^(env|file):./.test(value);

const wrong = (message: string, why: string, fix: string): RelayError =>
  new RelayError('usage.invalid', message, { why, fix });

/** `incident.triggered,incident.resolved` given once or several times → each type. @throws usage.invalid */
export function parseEvents(given: readonly string[]): string[] {
  const types = given.flatMap((list) => list.split(',')).map((type) => type.trim());
  for (const type of types) {
    if (!isTypePattern(type))
      throw wrong(
        `"${type}" is not an event type`,
        'a type is area.name, an area is area.*, everything is *',
        'see them all: relay event types',
      );
  }
  return [...new Set(types)];
}

/** `X-Team: payments` → name and value. Values that are secrets must be `env:NAME` or `file:path`. @throws usage.invalid */
export function parseHeader(given: string): [string, string] {
  const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*:\s*(.+)$/.exec(given.trim());
  if (!match)
    throw wrong(`"${given}" is not a header`, 'a header is Name: value', "--header 'X-Team: payments'");
  const [, name, value] = match as unknown as [string, string, string];
  if (SECRET_HEADER.test(name) && !isReference(value))
    throw wrong(
      `the value of ${name} looks like a secret`,
      'flag values stay in the shell history and in the list of processes',
      `put it into the daemon's environment and name it: --header '${name}: env:MY_SECRET'`,
    );
  return [name, value];
}

/** @throws usage.invalid */
export function parseUrl(given: string): string {
  if (isReference(given)) return given;
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw wrong(
      `"${given}" is not a URL`,
      'it must begin with http:// or https://',
      '--url https://host/path',
    );
  if (url.password !== '')
    throw wrong(
      'the URL holds a password',
      'flag values stay in the shell history and in the list of processes',
      "send it as a header instead: --header 'Authorization: env:MY_SECRET'",
    );
  return given;
}

function parseMethod(given: string): Method {
  const method = given.toUpperCase();
  if (!METHODS.includes(method))
    throw wrong(
      `webhooks cannot be sent with ${given}`,
      `the methods are ${METHODS.join(', ')}`,
      '--method PUT',
    );
  return method as Method;
}

/** The part every destination shares. @throws usage.invalid */
export function deliverySpec(flags: DeliveryFlags): Fields {
  const spec: Fields = {};
  if (flags.events) spec.events = parseEvents(flags.events);
  if (flags.header) spec.headers = Object.fromEntries(flags.header.map(parseHeader));
  if (flags.timeout !== undefined) {
    if (parseSpan(flags.timeout) === undefined)
      throw wrong(
        `--timeout ${flags.timeout} is not a span of time`,
        'a number needs its unit',
        '--timeout 15s',
      );
    spec.timeout = flags.timeout;
  }
  if (flags.retries !== undefined) spec.retry = parseRetries(flags.retries);
  return spec;
}

function parseRetries(given: string): { max: number } | 'standard-webhooks' {
  if (given === 'standard-webhooks') return given;
  if (!/^\d{1,3}$/.test(given))
    throw wrong(`--retries ${given} is not a number`, 'it is a number, or standard-webhooks', '--retries 3');
  return { max: Number(given) };
}

/** What `webhook edit` changes: only what was given. @throws usage.invalid */
export function webhookChange(flags: WebhookFlags): Fields {
  const spec = deliverySpec(flags);
  const method = flags.method === undefined ? undefined : parseMethod(flags.method);
  if (flags.url) spec.urls = flags.url.map((url) => ({ url: parseUrl(url), ...(method ? { method } : {}) }));
  else if (method)
    throw wrong(
      '--method needs --url',
      'each URL has its own method',
      '--url https://host/path --method PUT',
    );
  if (flags.description !== undefined) spec.description = flags.description;
  if (flags.failureEmail) spec.failure_email = flags.failureEmail.flatMap((list) => list.split(','));
  if (flags.secret !== undefined) spec.secret = secretReference('secret', flags.secret);
  if (flags.verifySsl !== undefined) spec.verify_ssl = flags.verifySsl;
  if (flags.signature !== undefined) spec.signature = parseSignature(flags.signature);
  if (flags.bearer !== undefined) spec.auth = { bearer: secretReference('bearer', flags.bearer) };
  if (flags.proxy !== undefined) spec.proxy = flags.proxy === 'none' ? false : parseUrl(flags.proxy);
  return spec;
}

/** @throws usage.invalid */
function parseSignature(given: string): string | string[] {
  const schemes = given.split(',').map((scheme) => scheme.trim());
  const isKnown = given === 'none' || schemes.every((scheme) => scheme === 'v1' || scheme === 'v1a');
  if (!isKnown)
    throw wrong(
      `--signature ${given} is not known`,
      'the schemes are v1 (shared secret) and v1a (ed25519)',
      '--signature v1,v1a, or --signature none',
    );
  return schemes.length === 1 ? (schemes[0] as string) : schemes;
}

/** `env:NAME` or `file:path`, never the secret itself. @throws usage.invalid */
export function secretReference(flag: string, given: string): string {
  if (!isReference(given))
    throw wrong(
      `--${flag} takes no secret itself`,
      'flag values stay in the shell history and in the list of processes',
      `name the variable that holds it: --${flag} env:MY_SECRET`,
    );
  return given;
}

/** What `webhook add` posts. @throws usage.invalid */
export function webhookSpec(name: string, flags: WebhookFlags): WebhookSpec {
  if (!flags.url || flags.url.length === 0)
    throw wrong(
      'a webhook needs a URL',
      '--url was not given',
      `relay webhook add ${name} --url https://host/path`,
    );
  return { name, ...(webhookChange(flags) as Omit<WebhookSpec, 'name'>) };
}
