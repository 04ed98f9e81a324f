// `smtp` and `failure_email`: their schema, what the schema cannot say about them, the settings in effect, and how they are shown.

import { childOf, listIn, type PathPart, type Problem, problemAt, textOf } from './problem.js';
import type { SecretPlace } from './secret-place.js';
import type { SmtpSettings } from './spec.js';

/** As the file writes it. */
export interface SmtpSpec {
  readonly host: string;
  readonly port?: number;
  readonly from: string;
  readonly user?: string;
  readonly password?: string;
  readonly tls?: SmtpSettings['tls'];
  readonly verify_ssl?: boolean;
}

const DEFAULT_PORT = 587;
const IMPLICIT_TLS_PORT = 465;
const MOST_RECIPIENTS = 20;

export const SMTP_SCHEMA = {
  type: 'object',
  description: 'The mail server that failure mails are sent through.',
  properties: {
    host: { type: 'string', format: 'host', description: 'Name or address of the mail server.' },
    port: {
      type: 'integer',
      minimum: 1,
      maximum: 65_535,
      default: DEFAULT_PORT,
      description: 'Its port. 465 speaks TLS from the start.',
    },
    from: { type: 'string', format: 'mail-sender', description: 'Who the mails come from.' },
    user: {
      type: 'string',
      minLength: 1,
      description: 'User name, when the server wants one; may be `env:NAME`.',
    },
    password: { type: 'string', minLength: 1, description: 'Its password: `env:NAME` or `file:path`.' },
    tls: {
      type: 'string',
      enum: ['starttls', 'implicit', 'none'],
      description:
        '`starttls` (default): TLS is agreed on first, or nothing is sent. `implicit` (default on port 465): TLS from the start. `none`: in the clear.',
    },
    verify_ssl: {
      type: 'boolean',
      default: true,
      description: "Whether the mail server's certificate must be valid.",
    },
  },
  required: ['host', 'from'],
  additionalProperties: false,
};

export const FAILURE_EMAIL_SCHEMA = {
  type: ['string', 'array'],
  description: 'Who hears of failed deliveries by mail: an address, or a list of them. Needs `smtp`.',
  format: 'mail-address',
  'x-expects': 'a mail address, or a list of them',
  minItems: 1,
  maxItems: MOST_RECIPIENTS,
  items: { type: 'string', format: 'mail-address' },
};

/** Values of `smtp` that may be references. */
export const SMTP_SECRETS: readonly SecretPlace[] = [
  { path: ['user'], isSecret: false },
  { path: ['password'], isSecret: true },
];

/** Everything wrong with the mails of a file beyond the schema. */
export function checkMail(data: unknown): Problem[] {
  const smtp = childOf(data, 'smtp');
  const webhooks = listIn(data, 'webhooks').flatMap((spec, index) =>
    checkFailureEmail(spec, ['webhooks', index], smtp !== undefined),
  );
  return [...checkLogin(smtp), ...webhooks];
}

function checkLogin(smtp: unknown): Problem[] {
  const has = (key: string): boolean => childOf(smtp, key) !== undefined;
  if (has('user') !== has('password')) {
    const [given, missing] = has('user') ? ['user', 'password'] : ['password', 'user'];
    const fix = missing === 'password' ? 'add: password: env:SMTP_PASSWORD' : 'add: user: relay';
    const message = `"${given}" in smtp is given without "${missing}"`;
    return [problemAt(['smtp', given as string], 'missing_key', message, fix, { on: 'key' })];
  }
  if (!has('password') || childOf(smtp, 'tls') !== 'none') return [];
  const message = 'the password of smtp is sent in the clear: anyone on the way can read it';
  return [
    problemAt(['smtp', 'tls'], 'insecure_mail', message, 'tls: starttls, or take the login out', {
      severity: 'warning',
    }),
  ];
}

/** A webhook that wants to mail without a mail server. */
export function checkFailureEmail(spec: unknown, base: readonly PathPart[], hasSmtp: boolean): Problem[] {
  if (hasSmtp || childOf(spec, 'failure_email') === undefined) return [];
  const name = textOf(childOf(spec, 'name'));
  const message = `failure_email${name === undefined ? '' : ` of webhook "${name}"`} needs a mail server, and the config has no smtp`;
  const fix = 'add at the top of the config: smtp: { host: mail.example.org, from: relay@example.org }';
  return [problemAt([...base, 'failure_email'], 'missing_key', message, fix, { on: 'key' })];
}

export function smtpSettings(spec: SmtpSpec | undefined): SmtpSettings | null {
  if (spec === undefined) return null;
  const port = spec.port ?? (spec.tls === 'implicit' ? IMPLICIT_TLS_PORT : DEFAULT_PORT);
  return Object.freeze({
    host: spec.host,
    port,
    from: spec.from,
    user: spec.user ?? null,
    password: spec.password ?? null,
    tls: spec.tls ?? (port === IMPLICIT_TLS_PORT ? 'implicit' : 'starttls'),
    verifySsl: spec.verify_ssl ?? true,
  });
}

/** As the file would write it. `hide` gives what stands for a password that was written out. */
export function shownSmtp(
  smtp: SmtpSettings | null,
  references: ReadonlyMap<string, string> | undefined,
  hide: () => string,
): { smtp?: Record<string, unknown> } {
  if (smtp === null) return {};
  const { host, port, from, user, password, tls, verifySsl } = smtp;
  return {
    smtp: {
      host,
      port,
      from,
      ...(user === null ? {} : { user: references?.get('smtp/user') ?? user }),
      ...(password === null ? {} : { password: references?.get('smtp/password') ?? hide() }),
      tls,
      verify_ssl: verifySsl,
    },
  };
}

/** One address or several, each once. */
export function recipientsOf(failureEmail: string | readonly string[] | undefined): readonly string[] {
  return Object.freeze([...new Set([failureEmail ?? []].flat())]);
}
