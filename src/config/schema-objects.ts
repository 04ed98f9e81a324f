// JSON Schema fragments of the objects of a config: services, sources, channels, integrations, webhooks. The same fragments check the
// file and what CLI and API make. `format` names are those of formats.ts; `x-expects` words a wrong type; `x-not-yet` marks what a
// later version brings.

import type { Driver } from '../destinations/driver.js';
import { CLOUDEVENTS_MODES } from '../destinations/webhook/formats/format.js';
import { FORMAT_NAMES } from '../destinations/webhook/formats/table.js';
import { HEADERS_SCHEMA } from '../destinations/webhook/headers.js';
import { PRIORITIES, SEVERITIES } from '../model/severity.js';
import { NO_WEBHOOK_METHODS, WEBHOOK_METHODS } from '../model/webhook-methods.js';
import { VERIFY_SCHEMA } from '../sources/verify/verify-schema.js';
import { batchingProperties } from './batching.js';
import { FAILURE_EMAIL_SCHEMA } from './mail.js';
import { paceProperties } from './pace.js';
import { retrySchema } from './retry.js';
import { type JsonSchema, listOf, objectOf, secrets, text } from './schema-parts.js';
import { webhookSecurityProperties } from './webhook-security.js';

/** Kinds of integrations that are planned: named so that the error can say so. */
const LATER_KINDS = ['slack', 'msteams'];
export const DEFAULT_INTEGRATION_EVENTS = [
  'incident.triggered',
  'incident.unacknowledged',
  'incident.acknowledged',
  'incident.resolved',
];
export const DEFAULT_WEBHOOK_EVENTS = [
  'incident.triggered',
  'incident.reassigned',
  'incident.acknowledged',
  'incident.resolved',
];

export const nameOf = (what: string): JsonSchema => text(`Name of the ${what}; unique.`, { format: 'name' });

const redeliveryProperties = {
  schedule: text('Cron expression of the sweep that takes failed deliveries up again.', {
    format: 'cron',
    default: '*/15 * * * *',
  }),
  max_age: text('A delivery older than this is given up.', { format: 'span', default: '24h' }),
};
export const redeliverySchema: JsonSchema = objectOf(
  'The cron sweep over failed deliveries.',
  redeliveryProperties,
);

function deliveryProperties(
  events: readonly string[],
  concurrency: number | undefined,
): Record<string, JsonSchema> {
  return {
    events: listOf(
      'Event types sent: exact, `area.*` or `*`.',
      { type: 'string', format: 'event-pattern' },
      {
        minItems: 1,
        default: events,
        'x-expects': 'a list of event types',
      },
    ),
    filter: {
      type: 'object',
      description:
        'Which of these events are sent: `{ field, op, value }`, or groups `all`, `any` and `not` of such. Default: all.',
      'x-expects': 'an expression { field, op, value }, or a group all, any or not',
    },
    when: text(
      'A condition in the template language; an event is sent when it renders to `true`, `1` or `ok`.',
    ),
    timeout: text('Total time of one request, body included.', { format: 'timeout', default: '15s' }),
    retry: retrySchema,
    ...paceProperties,
    concurrency: {
      type: 'integer',
      minimum: 1,
      maximum: 256,
      ...(concurrency === undefined ? {} : { default: concurrency }),
      description: 'Requests under way at once.',
    },
    redelivery: {
      type: ['object', 'boolean'],
      description:
        'A cron sweep of its own; what is left out is taken from the top-level `redelivery`. `false`: none.',
      'x-expects': '{ schedule, max_age } or false',
      'x-only-false': true,
      properties: redeliveryProperties,
      additionalProperties: false,
    },
  };
}

export const serviceSchema: JsonSchema = objectOf(
  'What is affected: owns incidents.',
  {
    name: nameOf('service'),
    title: text('What people read.'),
    assignee: text('Who a new incident is assigned to: `user:<name>`.', { format: 'assignee' }),
  },
  ['name'],
);

export const sourceSchema: JsonSchema = objectOf(
  'An inbound integration: a URL with a secret key, made from a pack.',
  {
    name: nameOf('source'),
    pack: text('The pack it is made from; see `relay pack list`.', { format: 'name', examples: ['generic'] }),
    service: text('Service its incidents belong to.', { format: 'name' }),
    channel: text('Channel its incidents are published in.', { format: 'name' }),
    split: text(
      "One of the pack's splits: one alert per member instead of one per payload, such as `alerts`.",
      {
        minLength: 1,
      },
    ),
    key: text('Secret part of its URL. Default: generated once and kept in the database.', {
      format: 'source-key',
    }),
    templates: {
      type: 'object',
      description: "Overrides by template name; the rest is the snapshot of the pack's templates.",
      'x-expects': 'templates by name',
      additionalProperties: { type: 'string', 'x-expects': 'the text of a template' },
    },
    severity: text('Severity of alerts that name none.', { enum: SEVERITIES }),
    priority: text('Priority of incidents when the alert names none.', { enum: PRIORITIES }),
    secret: secrets(
      'Secret its sender signs with, or a list of them while one is rotated: `env:NAME` or `file:path`. Unsigned requests are refused then.',
      'source-secret',
    ),
    verify: { ...VERIFY_SCHEMA, 'x-expects': '{ method: … }, or a list of them' },
    rate_limit: text('Most requests in any span of that length: `300/5m`. Beyond it: 429.', {
      format: 'rate',
    }),
    heartbeat: text('Heard once and then not for this long, it opens an incident until it is heard again.', {
      format: 'heartbeat',
    }),
    auto_resolve_after: text('An open incident without an alert for this long is resolved.', {
      format: 'quiet-span',
    }),
  },
  ['name', 'pack'],
);

const URLS_EXAMPLES = ['[ { url: "https://example.org/hook" } ]'];

export const webhookSchema: JsonSchema = objectOf(
  'An outgoing webhook for the whole workspace.',
  {
    name: nameOf('webhook'),
    description: text('What it is for.'),
    urls: listOf(
      'Every URL gets every event.',
      {
        ...objectOf(
          'One URL.',
          {
            url: text('Where to send; may be `env:NAME` or `file:path`.', { format: 'http-url' }),
            method: text('HTTP method.', {
              enum: WEBHOOK_METHODS,
              default: 'POST',
              'x-never': NO_WEBHOOK_METHODS,
            }),
          },
          ['url'],
        ),
        examples: URLS_EXAMPLES,
      },
      {
        minItems: 1,
        maxItems: 20,
        'x-expects': 'a list of { url, method }',
        examples: URLS_EXAMPLES,
      },
    ),
    headers: HEADERS_SCHEMA,
    format: text('Form of the body.', {
      enum: FORMAT_NAMES,
      default: 'standard',
    }),
    content_type: text(
      '`json`; `form`: the JSON in the form field `payload`; or, with the format `template`, a media type such as `text/plain`.',
      { format: 'content-type', default: 'json' },
    ),
    body: text('Body in the template language, for the format `template`.', { minLength: 1 }),
    cloudevents: objectOf('For the format `cloudevents`.', {
      mode: text('`batched` only for receivers that asked for it.', {
        enum: CLOUDEVENTS_MODES,
        default: 'structured',
      }),
      source: text('The attribute `source`. Default: `<public_url>/sources/<source>`.', {
        format: 'uri-reference',
      }),
      type_prefix: text('Stands before the event type: `org.example.relay.`.', {
        pattern: '^[A-Za-z0-9._-]+$',
      }),
    }),
    secret: secrets(
      'Signing secret of `v1` (Standard Webhooks): `env:NAME`, `file:path` or `whsec_…`; or a list of them, newest first, while one is rotated: all of them sign. Default: generated.',
      'signing-secret',
    ),
    verify_ssl: {
      type: 'boolean',
      default: true,
      description: "Whether the receiver's certificate must be valid.",
    },
    ...webhookSecurityProperties,
    ...deliveryProperties(DEFAULT_WEBHOOK_EVENTS, 16),
    ...batchingProperties,
    failure_email: FAILURE_EMAIL_SCHEMA,
  },
  ['name', 'urls'],
);

/** How the file (`in: channel`, no `channel` key) or the database (`channel` required) writes an integration of one of the kinds. */
export function integrationSchema(
  drivers: ReadonlyMap<string, Driver>,
  form: 'file' | 'database',
): JsonSchema {
  const head: Record<string, JsonSchema> = {
    name: nameOf('integration'),
    kind: text('Kind of destination.', { enum: [...drivers.keys()], 'x-later': LATER_KINDS }),
    ...(form === 'database' ? { channel: text('Channel it listens to.', { format: 'name' }) } : {}),
  };
  const required = ['name', 'kind', ...(form === 'database' ? ['channel'] : [])];
  return {
    type: 'object',
    description: 'An outbound subscription of a channel. The other keys depend on the kind.',
    properties: head,
    required,
    allOf: [...drivers.values()].map((driver) => {
      const settings = driver.settings as { properties?: Record<string, JsonSchema>; required?: string[] };
      return {
        if: { properties: { kind: { const: driver.kind } }, required: ['kind'] },
        // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema
        then: {
          ...settings,
          type: 'object',
          properties: {
            ...head,
            ...deliveryProperties(DEFAULT_INTEGRATION_EVENTS, driver.kind === 'console' ? 1 : 16),
            ...settings.properties,
          },
          required: settings.required ?? [],
          additionalProperties: false,
        },
      };
    }),
  };
}
