// `expected.yaml` of a pack: what each sample becomes, and which samples belong to one incident. Its form, and what a prepared alert looks
// like in it.

import { Ajv } from 'ajv';
import { parseDocument, stringify } from 'yaml';
import { RelayError } from '../../core/errors.js';
import type { AlertResult, AlertSignal, KindText, PreparedAlert } from '../../model/alert.js';
import { yamlProblem } from './pack-loader.js';

const text = { type: 'string' } as const;

export const EXPECTED_SCHEMA = {
  type: 'object',
  required: ['cases'],
  additionalProperties: false,
  properties: {
    cases: {
      type: 'array',
      minItems: 1,
      description: 'One per sample, or more where the pack splits.',
      items: {
        type: 'object',
        required: ['sample'],
        additionalProperties: false,
        properties: {
          sample: { type: 'string', description: 'Name of the sample, without its ending.' },
          split: {
            type: 'string',
            description: 'The `split:` of the source; the default of the pack if left out.',
          },
          refused: { type: 'string', description: 'The sample is refused, with this message.' },
          alerts: { type: 'array', items: { $ref: '#/$defs/alert' } },
        },
        oneOf: [{ required: ['refused'] }, { required: ['alerts'] }],
      },
    },
    stories: {
      type: 'array',
      description: 'Samples posted one after the other, and what became of each alert.',
      items: {
        type: 'object',
        required: ['samples', 'results'],
        additionalProperties: false,
        properties: {
          samples: { type: 'array', items: text, minItems: 1 },
          split: text,
          results: {
            type: 'array',
            items: {
              enum: [
                'opened',
                'repeated',
                'escalated',
                'acknowledged',
                'resolved',
                'nothing_open',
                'ignored',
              ],
            },
          },
        },
      },
    },
  },
  $defs: {
    alert: {
      type: 'object',
      description: 'What is left out is empty.',
      required: ['signal', 'title'],
      additionalProperties: false,
      properties: {
        signal: { enum: ['trigger', 'acknowledge', 'resolve', 'ignore'] },
        grouping_id: text,
        title: text,
        message: text,
        severity: text,
        priority: text,
        source_link: text,
        image_url: text,
        labels: { type: 'object', additionalProperties: text },
        members: {
          type: 'array',
          items: text,
          description: 'Title of each member, with `resolved: ` before it when it is.',
        },
        kinds: {
          type: 'object',
          description: 'Texts of kinds with templates of their own, as `slack: { title: … }`.',
          additionalProperties: {
            type: 'object',
            additionalProperties: false,
            properties: { title: text, message: text, image_url: text },
          },
        },
      },
    },
  },
} as const;

export interface ExpectedAlert {
  readonly signal: AlertSignal;
  readonly title: string;
  readonly grouping_id?: string;
  readonly message?: string;
  readonly severity?: string;
  readonly priority?: string;
  readonly source_link?: string;
  readonly image_url?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly members?: readonly string[];
  readonly kinds?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface ExpectedCase {
  readonly sample: string;
  readonly split?: string;
  readonly refused?: string;
  readonly alerts?: readonly ExpectedAlert[];
}

export interface Story {
  readonly samples: readonly string[];
  readonly split?: string;
  readonly results: readonly AlertResult[];
}

export interface Expected {
  readonly cases: readonly ExpectedCase[];
  readonly stories?: readonly Story[];
}

const validate = new Ajv({ allErrors: true }).compile<Expected>(EXPECTED_SCHEMA);

/** @throws RelayError pack.invalid */
export function parseExpected(source: string, file: string): Expected {
  const refuse = (why: string): never => {
    throw new RelayError('pack.invalid', `${file} is not valid`, {
      why,
      fix: 'write it anew from the samples and read what it says: relay pack check <dir> --write',
    });
  };
  const document = parseDocument(source, { prettyErrors: true });
  const [error] = document.errors;
  if (error) return refuse(yamlProblem(error));
  const content: unknown = document.toJS();
  if (validate(content)) return content;
  return refuse(
    (validate.errors ?? []).map((each) => `${each.instancePath || '/'} ${each.message}`).join('; '),
  );
}

const kindOf = ({ title, message, imageUrl }: KindText): Record<string, string> => ({
  ...(title === undefined ? {} : { title }),
  ...(message === undefined ? {} : { message }),
  ...(imageUrl === undefined ? {} : { image_url: imageUrl }),
});

/** An alert as `expected.yaml` says it: what is empty is left out. @param members their titles, `resolved: ` before those that are */
export function describeAlert(alert: PreparedAlert, members: readonly string[]): ExpectedAlert {
  const kinds = Object.entries(alert.texts).map(([kind, texts]) => [kind, kindOf(texts)] as const);
  const parts = {
    signal: alert.signal,
    grouping_id: alert.groupingId,
    title: alert.title,
    message: alert.message,
    severity: alert.severity,
    priority: alert.priority,
    source_link: alert.link,
    image_url: alert.imageUrl,
    labels: Object.keys(alert.labels).length === 0 ? null : { ...alert.labels },
    members: members.length === 0 ? null : members,
    kinds: kinds.length === 0 ? null : Object.fromEntries(kinds),
  };
  const filled = Object.entries(parts).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(filled) as unknown as ExpectedAlert;
}

export function writeExpected(expected: Expected): string {
  return stringify(expected, { lineWidth: 120, blockQuote: 'literal' });
}
