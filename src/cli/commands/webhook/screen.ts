// The screen of `webhook show`: how it stands first, each URL with what waits for it, then everything that is set, in words. Pure.

import { formatSpan } from '../../../core/units.js';
import type { WebhookDetail } from '../../../http/wire/api-types.js';
import type { CliContext } from '../../context.js';
import type { Field, Section } from '../../output/object.js';
import { printable } from '../../output/printable.js';
import { oneLine } from '../../output/table.js';
import { showInstant } from '../../output/time.js';
import {
  backlogText,
  fieldSection,
  lastTriggered,
  treatmentSection,
  wantedFields,
} from '../destination-screen.js';
import { describeStanding } from '../destination-verbs.js';

const METHOD_WIDTH = 'PATCH'.length;

/** Each URL with its name in lists; of several, how each stands by itself. */
function urlLines({ name, urls }: WebhookDetail, context: CliContext): string[] {
  return urls.flatMap((url) => {
    const head = `${url.method.padEnd(METHOD_WIDTH)}  ${oneLine(url.url)}  ${context.paint.dim(`(${url.ref})`)}`;
    if (urls.length === 1) return [head];
    const standing = describeStanding({ ...url, name }, context);
    const last = `last triggered ${lastTriggered(url, context)}`;
    return [head, `${' '.repeat(METHOD_WIDTH)}  ${[standing, backlogText(url), last].join('; ')}`];
  });
}

function bodyText({ format, content_type: type, cloudevents }: WebhookDetail): string {
  if (format !== 'cloudevents' || cloudevents === null)
    return type === 'json' ? format : `${format}, as ${type}`;
  const { mode, source, type_prefix: prefix } = cloudevents;
  const more = [
    ...(source === null ? [] : [`source ${source}`]),
    ...(prefix === null ? [] : [`types ${prefix}…`]),
  ];
  return oneLine([`${format}, ${mode}`, ...more].join(', '));
}

function batchText({ max_events_per_request: most, linger_ms: linger }: WebhookDetail): string {
  if (most === 1) return 'one event a request';
  return `up to ${most} events a request${linger === 0 ? '' : `, waiting ${formatSpan(linger)} for more`}`;
}

function signatureText({ signature, hmac }: WebhookDetail): string {
  const names = { v1: 'v1 (shared secret)', v1a: 'v1a (ed25519)' };
  const plain =
    hmac === null || hmac === undefined
      ? []
      : [`HMAC-SHA256 in ${hmac.header} (${[hmac.prefix, hmac.encoding].filter(Boolean).join(', ')})`];
  const all = [...signature.map((scheme) => names[scheme]), ...plain];
  return all.length === 0 ? 'none: the receiver cannot tell who sent it' : all.join(', ');
}

function keyText(key: WebhookDetail['signing_keys'][number], context: CliContext): string {
  if (key.origin === 'given') {
    const names = [key.public_key, key.reference].filter((name) => name !== null);
    return `${oneLine([key.scheme, ...names].join(' '))}  given`;
  }
  const made = `made ${showInstant(context, key.created_at)}`;
  const until = key.expires_at === null ? '' : `, valid until ${showInstant(context, key.expires_at)}`;
  return `${key.scheme}${key.public_key === null ? '' : ` ${key.public_key}`}  ${made}${until}`;
}

/** Nobody can look up a secret that Relay made. */
function keysText({ name, signing_keys: keys }: WebhookDetail, context: CliContext): string {
  const isMade = keys.some(({ scheme, origin }) => scheme === 'v1' && origin === 'generated');
  const command = `${context.invokedAs} webhook rotate-secret ${name}`;
  const note = isMade ? [`the secret is not shown again; a new one: ${command}`] : [];
  return [...keys.map((key) => keyText(key, context)), ...note].join('\n');
}

function certificateText({ verify_ssl, own_ca }: WebhookDetail): string {
  if (!verify_ssl) return 'NOT checked: what is sent can be read and changed on the way';
  return own_ca ? 'checked against its own authority' : 'checked';
}

function trustSection(webhook: WebhookDetail, context: CliContext): Section {
  const certificate = certificateText(webhook);
  return fieldSection(context, 'Trust', [
    ['signature', signatureText(webhook)],
    ['keys', keysText(webhook, context)],
    ['logs in', webhook.auth ?? 'no'],
    ['certificate', webhook.verify_ssl ? certificate : context.paint.red(certificate)],
    ['ours', webhook.client_certificate ? 'a client certificate is shown' : null],
    ['proxy', webhook.proxy ?? 'none'],
  ]);
}

export interface WebhookScreen {
  readonly fields: readonly Field[];
  readonly sections: readonly Section[];
}

export function webhookScreen(webhook: WebhookDetail, context: CliContext): WebhookScreen {
  const headers = Object.entries(webhook.headers).map(([name, value]) => oneLine(`${name}: ${value}`));
  return {
    fields: [
      ['webhook', webhook.name],
      ['description', oneLine(webhook.description)],
      ['state', describeStanding(webhook, context)],
      ['last triggered', lastTriggered(webhook, context)],
      ['deliveries', backlogText(webhook)],
      ['failure email', webhook.failure_email.join(', ') || 'nobody'],
      ['origin', webhook.origin],
    ],
    sections: [
      { title: 'URLs', lines: urlLines(webhook, context) },
      fieldSection(context, 'What is sent', [
        ...wantedFields(webhook),
        ['headers', headers.join('\n')],
        ['format', bodyText(webhook)],
        ['batches', batchText(webhook)],
      ]),
      trustSection(webhook, context),
      treatmentSection(webhook, context),
      { title: 'Body', lines: webhook.body === null ? [] : printable(webhook.body).trimEnd().split('\n') },
    ],
  };
}
