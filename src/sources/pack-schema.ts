// The form of `pack.yaml` as JSON Schema, and the names templates may have.

/** Templates every alert has; a pack or a user may also give `<kind>_title`, `<kind>_message`, … per destination kind. */
export const TEMPLATE_NAMES = [
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

/** OnCall's limit for a template's source. */
const TEMPLATE_MAX_CHARACTERS = 50_000;

const text = { type: 'string', minLength: 1 } as const;
const templates = {
  type: 'object',
  additionalProperties: { type: 'string', maxLength: TEMPLATE_MAX_CHARACTERS },
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
    accepts: {
      type: 'object',
      required: ['condition', 'otherwise'],
      additionalProperties: false,
      properties: { condition: text, otherwise: text },
    },
    templates,
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
        properties: { each: text, templates },
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
  readonly accepts?: { readonly condition: string; readonly otherwise: string };
  readonly templates: Readonly<Record<string, string>>;
  readonly members?: {
    readonly each: string;
    readonly title: string;
    readonly resolved: string;
    readonly labels: string;
    readonly starts_at?: string;
    readonly link?: string;
  };
  readonly splits?: Readonly<
    Record<string, { readonly each: string; readonly templates: Readonly<Record<string, string>> }>
  >;
}
