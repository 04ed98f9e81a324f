// The form of `pack.yaml` as JSON Schema, and the names templates may have.

import { VERIFY_SCHEMA, type VerifyGiven } from './verify/verify-schema.js';

/** Templates every alert has; a pack or a user may also give `<kind>_title`, `<kind>_message`, … per destination kind. */
export const TEMPLATE_NAMES = [
  'ignore_condition',
  'grouping_id',
  'resolve_condition',
  'acknowledge_condition',
  'source_link',
  'title',
  'message',
  'severity',
  'priority',
  'image_url',
  'labels',
] as const;

/** Kinds of destinations that may have templates of their own, as `slack_title`; what they lack falls back to the plain ones. */
export const TEMPLATE_KINDS = [
  'slack',
  'msteams',
  'email',
  'sms',
  'webhook',
  'console',
  'web',
  'phone_call',
  'telegram',
] as const;
export const KIND_PARTS = ['title', 'message', 'image_url'] as const;
export type KindPart = (typeof KIND_PARTS)[number];

/** `slack_image_url` → `slack` and `image_url`; null for a name that is no kind's. */
export function kindTemplate(name: string): { readonly kind: string; readonly part: KindPart } | null {
  for (const kind of TEMPLATE_KINDS) {
    const part = name.startsWith(`${kind}_`) ? name.slice(kind.length + 1) : '';
    if ((KIND_PARTS as readonly string[]).includes(part)) return { kind, part: part as KindPart };
  }
  return null;
}

export function isTemplateName(name: string): boolean {
  return (TEMPLATE_NAMES as readonly string[]).includes(name) || kindTemplate(name) !== null;
}

/** Marks a variable among the templates of a source, as `variables.alert`. */
export const VARIABLE_PREFIX = 'variables.';

/** What a source says that takes payloads whole though its pack would split them. */
export const NO_SPLIT = 'none';

/** Names the context has anyway, which no variable of a pack may take. */
export const CONTEXT_NAMES: ReadonlySet<string> = new Set([
  'payload',
  'headers',
  'labels',
  'integration_name',
  'source_link',
  'web_title',
  'web_message',
  'web_image_url',
  'grafana_oncall_link',
  'grafana_oncall_incident_id',
  'grafana_oncall_alert_group_id',
]);

/** OnCall's limit for a template's source. */
const TEMPLATE_MAX_CHARACTERS = 50_000;

const text = { type: 'string', minLength: 1 } as const;
const templates = {
  type: 'object',
  description: 'Templates by name: plain ones, and `<kind>_title`, `<kind>_message`, `<kind>_image_url`.',
  additionalProperties: { type: 'string', maxLength: TEMPLATE_MAX_CHARACTERS },
} as const;
const variables = {
  type: 'object',
  description:
    'Expressions worked out once per alert, in this order; each may use those above it, all templates may use them.',
  propertyNames: { pattern: '^[a-z][a-z0-9_]*$' },
  additionalProperties: text,
} as const;

export const PACK_SCHEMA = {
  type: 'object',
  required: ['slug', 'title', 'description', 'templates'],
  additionalProperties: false,
  properties: {
    slug: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,62}$' },
    title: text,
    description: text,
    auto_resolve: { type: 'boolean' },
    acknowledges: { type: 'boolean' },
    example: text,
    absent_pattern: text,
    pings: {
      type: 'boolean',
      description: 'A GET or an empty body on the Integration URL is a beat of the heart, not an alert.',
    },
    accepts: {
      type: 'object',
      required: ['condition', 'otherwise'],
      additionalProperties: false,
      properties: { condition: text, otherwise: text },
    },
    verify: VERIFY_SCHEMA,
    variables,
    templates,
    split: text,
    samples: {
      type: 'object',
      description: 'What a sample is sent with, by its name without ending.',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          content_type: text,
          headers: { type: 'object', additionalProperties: { type: 'string' } },
        },
      },
    },
    members: {
      type: 'object',
      required: ['each', 'title', 'resolved', 'labels'],
      additionalProperties: false,
      properties: {
        each: text,
        title: text,
        resolved: text,
        labels: text,
        starts_at: text,
        link: text,
      },
    },
    splits: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['each', 'templates'],
        additionalProperties: false,
        properties: { each: text, templates, variables, otherwise: { enum: ['refuse', 'whole'] } },
      },
    },
  },
} as const;

/** `pack.yaml` as it stands in the file. */
export interface PackFile {
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly auto_resolve?: boolean;
  readonly acknowledges?: boolean;
  /** Name of the sample that shows the kind best. */
  readonly example?: string;
  readonly absent_pattern?: string;
  readonly pings?: boolean;
  readonly accepts?: { readonly condition: string; readonly otherwise: string };
  readonly verify?: VerifyGiven;
  readonly variables?: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
  /** The split a source has unless it says otherwise. */
  readonly split?: string;
  readonly samples?: Readonly<
    Record<string, { readonly content_type?: string; readonly headers?: Readonly<Record<string, string>> }>
  >;
  readonly members?: {
    readonly each: string;
    readonly title: string;
    readonly resolved: string;
    readonly labels: string;
    readonly starts_at?: string;
    readonly link?: string;
  };
  readonly splits?: Readonly<
    Record<
      string,
      {
        readonly each: string;
        readonly templates: Readonly<Record<string, string>>;
        readonly variables?: Readonly<Record<string, string>>;
        readonly otherwise?: 'refuse' | 'whole';
      }
    >
  >;
}
