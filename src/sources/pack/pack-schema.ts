// The form of `pack.yaml` as JSON Schema, and the names templates may have.

import { VERIFY_SCHEMA, type VerifyGiven } from '../verify/verify-schema.js';

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
const KIND_PARTS = ['title', 'message', 'image_url'] as const;
export type KindPart = (typeof KIND_PARTS)[number];

/** `slack_image_url` → `slack` and `image_url`; null for a name that is no kind's. */
export function kindTemplate(name: string): { readonly kind: string; readonly part: KindPart } | null {
  for (const kind of TEMPLATE_KINDS) {
    const part = name.startsWith(`${kind}_`) ? name.slice(kind.length + 1) : '';
    if ((KIND_PARTS as readonly string[]).includes(part)) return { kind, part: part as KindPart };
  }
  return null;
}

/** Every name a template can have, for suggestions. */
export const KNOWN_TEMPLATES: readonly string[] = [
  ...TEMPLATE_NAMES,
  ...TEMPLATE_KINDS.flatMap((kind) => KIND_PARTS.map((part) => `${kind}_${part}`)),
];

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
    slug: {
      type: 'string',
      pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
      description: 'The name of the folder too.',
    },
    title: { ...text, description: 'What people call the tool.' },
    description: { ...text, description: 'What of it is taken in, and how; one line.' },
    auto_resolve: { type: 'boolean', description: 'The tool says when it is over.' },
    acknowledges: { type: 'boolean', description: 'The tool says when somebody took it.' },
    example: { ...text, description: 'The sample that shows the kind best: one that opens an incident.' },
    absent_pattern: {
      ...text,
      description: 'RE2; string values that match it whole, and empty ones, are dropped.',
    },
    pings: {
      type: 'boolean',
      description: 'A GET or an empty body on the Integration URL is a beat of the heart, not an alert.',
    },
    accepts: {
      type: 'object',
      required: ['condition', 'otherwise'],
      additionalProperties: false,
      description: 'What a payload must be to be of this kind; anything else is refused.',
      properties: {
        condition: { ...text, description: 'An expression over `payload` that must be true.' },
        otherwise: { ...text, description: 'The sentence to answer when it is not.' },
      },
    },
    verify: VERIFY_SCHEMA,
    variables,
    templates,
    split: { ...text, description: 'The split a source has unless it says otherwise.' },
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
      description: 'How the alerts inside a payload are listed on the one incident it belongs to.',
      required: ['each', 'title', 'resolved', 'labels'],
      additionalProperties: false,
      properties: {
        each: { ...text, description: 'An expression that yields the list.' },
        title: { ...text, description: 'A template over `member`.' },
        resolved: { ...text, description: 'A template over `member`: true when it is over.' },
        labels: { ...text, description: 'An expression over `member`.' },
        starts_at: text,
        link: text,
      },
    },
    splits: {
      type: 'object',
      description: 'Ways to take each alert of a payload on its own, by name.',
      additionalProperties: {
        type: 'object',
        required: ['each', 'templates'],
        additionalProperties: false,
        properties: {
          each: { ...text, description: 'An expression that yields the list; templates see `alert`.' },
          templates,
          variables,
          otherwise: {
            enum: ['refuse', 'whole'],
            description: 'What becomes of a payload without the list: refused, or taken as one alert.',
          },
        },
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
