// The files of a new pack: a pack.yaml whose comments teach, connect.md, samples. Gives texts by path; who calls it writes them. Pure.

import { RelayError } from '../../core/errors.js';
import type { Value } from '../../jinja/values.js';
import { readPayloads } from '../alert/payload.js';
import {
  type Found,
  type Guesses,
  guess,
  isResolvedState,
  knowsSeverity,
  RESOLVED_WORDS,
} from './pack-guess.js';

export interface NewPack {
  /** Text by path below the pack's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Names of samples to post one after the other: the story to begin with. */
  readonly story: readonly string[];
  /** Said to who asked for the pack. */
  readonly notes: readonly string[];
}

export interface Example {
  readonly text: string;
  /** `.json`, `.form`, `.txt` */
  readonly ending: string;
}

export const SCHEMA_FILES = { pack: 'pack.schema.json', expected: 'expected.schema.json' } as const;

const EXAMPLE: Example = {
  text: `{
  "id": "disk-db-1",
  "title": "Disk almost full on db-1",
  "message": "/var/lib/postgresql is at 94 %, growing 1 % an hour.",
  "status": "firing",
  "severity": "critical",
  "url": "https://monitoring.example.org/checks/disk-db-1",
  "labels": { "host": "db-1", "service": "postgresql" }
}
`,
  ending: '.json',
};

const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.form': 'application/x-www-form-urlencoded',
  '.txt': 'text/plain',
};

const words = (slug: string): string =>
  slug
    .split('-')
    .filter((word) => word !== '')
    .map((word) => (word[0] as string).toUpperCase() + word.slice(1))
    .join(' ');

/** @throws RelayError usage.invalid, ingest.unreadable, ingest.invalid_payload */
function readExample({ text, ending }: Example): Value {
  const type = TYPES[ending];
  if (type === undefined) {
    throw new RelayError('usage.invalid', `a payload that ends in "${ending}" cannot be a sample`, {
      fix: `name it .json, .form or .txt, after what the tool sends`,
    });
  }
  return readPayloads(text, type)[0] as Value;
}

interface Entry {
  readonly name: string;
  readonly comment: string;
  /** Null: stands as a comment, to be filled. */
  readonly template: string | null;
  readonly example: string;
}

const print = (found: Found | null, filter = ''): string | null =>
  found === null ? null : `{{ ${found.expression} or '' }}`.replace(" or ''", `${filter} or ''`);

function severityTemplate(severity: Found | null): string | null {
  if (severity === null || knowsSeverity(severity)) return print(severity);
  const word = String(severity.value).trim().toLowerCase().replaceAll("'", "\\'");
  return `{{ {'${word}': 'warning'}.get(${severity.expression} | string | lower | trim, '') }}`;
}

function resolveTemplate(state: Found | null): string | null {
  if (state === null) return null;
  const list = RESOLVED_WORDS.map((word) => `'${word}'`).join(', ');
  return `{{ (${state.expression} or '') | string | lower | trim in [${list}] }}`;
}

function entriesFor(slug: string, guesses: Guesses): Entry[] {
  const { title, message, state, identity, severity, link, image, labels } = guesses;
  return [
    {
      name: 'grouping_id',
      comment:
        'What makes two alerts the same problem: stable from the first to the last word about it, and never a time.\nLeft out or empty: equal labels are one, or without labels equal titles.',
      template: print(identity),
      example: "{{ payload.id or '' }}",
    },
    {
      name: 'resolve_condition',
      comment: 'True (1, true, ok) when it is over. Say `auto_resolve: true` above when the tool sends this.',
      template: resolveTemplate(state),
      example: "{{ payload.status == 'resolved' }}",
    },
    {
      name: 'title',
      comment: 'What is wrong, on what: up to 100 characters, without "[FIRING]", the same when it is over.',
      template:
        title === null
          ? `Alert from ${words(slug)}`
          : `{{ ${title.expression} or 'Alert from ${words(slug)}' }}`,
      example: '',
    },
    {
      name: 'message',
      comment: 'A few lines that help at 3 a.m.: how bad, since when, what to do.',
      template: print(message),
      example: "{{ payload.message or '' }}",
    },
    {
      name: 'severity',
      comment:
        'critical, high, warning, low or info (words such as fatal, error, minor are known). Translate every other word.',
      template: severityTemplate(severity),
      example: "{{ {'p1': 'critical', 'p2': 'high'}.get(payload.level, '') }}",
    },
    {
      name: 'source_link',
      comment: 'Where to read more in the tool.',
      template: print(link),
      example: "{{ payload.url or '' }}",
    },
    {
      name: 'image_url',
      comment: 'A graph, when the tool sends one.',
      template: print(image),
      example: "{{ payload.image_url or '' }}",
    },
    {
      name: 'labels',
      comment: 'A dict, or `key:value` texts: what people search and filter by.',
      template: labels === null ? null : `{{ ${labels.expression} or {} }}`,
      example: '{{ payload.labels or {} }}',
    },
  ];
}

const quoted = (template: string): string => `"${template.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

function templateLines({ name, comment, template, example }: Entry): string[] {
  const lines = comment.split('\n').map((line) => `  # ${line}`);
  return template === null
    ? [...lines, `  # ${name}: ${quoted(example)}`]
    : [...lines, `  ${name}: ${quoted(template)}`];
}

function packYaml(slug: string, guesses: Guesses, resolves: boolean, first: string): string {
  const split =
    guesses.list === null
      ? []
      : [
          '',
          `# The payload has a list of objects. If each is an alert of its own, let the pack split it; templates then see it as \`alert\`.`,
          '# splits:',
          '#   alerts:',
          `#     each: ${guesses.list.expression}`,
          '#     otherwise: whole            # or refuse: a payload without the list is an error',
          '#     templates:',
          '#       title: "{{ alert.title or \'\' }}"',
          '# split: alerts                   # makes it what sources do unless they say otherwise',
        ];
  return [
    `# yaml-language-server: $schema=../${SCHEMA_FILES.pack}`,
    '# A pack is data: how alerts of one tool become incidents. After each change: relay pack check, in the folder above.',
    `slug: ${slug}`,
    `title: ${words(slug)}`,
    `description: Alerts of ${words(slug)}, by its webhook`,
    `auto_resolve: ${resolves}              # the tool says when it is over`,
    'acknowledges: false             # the tool says when somebody took it; then write acknowledge_condition',
    `example: ${first}`,
    '',
    '# A payload that could never be of this kind is refused with this sentence, and kept to look at.',
    '# accepts:',
    '#   condition: payload.title is defined',
    `#   otherwise: the body is no alert of ${words(slug)}, it has no title`,
    '',
    '# Expressions worked out once per alert; all templates may use them by name.',
    '# variables:',
    '#   host: (payload.labels or {}).host',
    '',
    '# Templates: Jinja2. They see payload, labels, headers, source_link, integration_name and the variables.',
    'templates:',
    ...entriesFor(slug, guesses).flatMap(templateLines),
    '  # Another text for one kind of destination: sms_title, slack_message, email_title …',
    '  # sms_title: "{{ payload.title | truncate(100) }}"',
    ...split,
    '',
  ].join('\n');
}

const connectMd = (slug: string): string => `# Connect ${words(slug)}

1. In ${words(slug)}, open the settings of webhooks or notifications (write here what the menu is called).
2. Add a webhook with this URL, method POST, content type JSON:

       {{ url }}

3. Switch on that it also tells when a problem is over.
4. Send its test message and look here: \`relay incident list\`.
`;

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The example with its state replaced where it stands: all else keeps its form, long numbers too. Null when it is written otherwise. */
function withState(text: string, state: Found, word: string): string | null {
  const key = literal(JSON.stringify(state.path.at(-1)));
  const value = literal(JSON.stringify(state.value));
  const changed = text.replace(
    new RegExp(`(${key}\\s*:\\s*)${value}`),
    (_, before: string) => before + JSON.stringify(word),
  );
  if (changed === text) return null;
  return changed.endsWith('\n') ? changed : `${changed}\n`;
}

/** In the letters of the example: `OK` beside `ALERTING`, `Ok` beside `Alerting`. */
function inLettersOf(example: string, word: string): string {
  if (example === example.toUpperCase()) return word.toUpperCase();
  return /^[A-Z]/.test(example) ? (word[0] as string).toUpperCase() + word.slice(1) : word;
}

interface Samples {
  readonly files: Record<string, string>;
  readonly story: string[];
  readonly notes: string[];
}

function samplesOf(example: Example, guesses: Guesses): Samples {
  const { state } = guesses;
  const { text, ending } = example;
  const own = isResolvedState(state) ? 'resolved' : 'firing';
  const files = { [`samples/${own}${ending}`]: text.endsWith('\n') ? text : `${text}\n` };
  if (state === null || ending !== '.json')
    return { files, story: own === 'firing' ? ['firing'] : [], notes: [] };
  const other = own === 'firing' ? 'resolved' : 'firing';
  const word = inLettersOf(String(state.value), other);
  const madeUp = withState(text, state, word);
  if (madeUp === null) return { files, story: own === 'firing' ? ['firing'] : [], notes: [] };
  files[`samples/${other}.json`] = madeUp;
  return {
    files,
    story: ['firing', 'firing', 'resolved'],
    notes: [
      `samples/${other}.json is made up: the payload with ${state.path.join('.')} "${word}". Put a real one in its place.`,
    ],
  };
}

function notesOn(guesses: Guesses): string[] {
  const missing = [
    guesses.title === null ? 'the title' : '',
    guesses.identity === null ? 'what tells two alerts apart (grouping_id)' : '',
    guesses.state === null ? 'what says that it is over (resolve_condition)' : '',
  ].filter((part) => part !== '');
  return missing.length === 0
    ? []
    : [`not found in the payload, to be written in pack.yaml: ${missing.join('; ')}`];
}

/** @throws RelayError usage.invalid, ingest.unreadable, ingest.invalid_payload when the example cannot be read */
export function newPack(slug: string, given: Example | null): NewPack {
  const example = given ?? EXAMPLE;
  const guesses = guess(readExample(example));
  const samples = samplesOf(example, guesses);
  const resolves = samples.story.includes('resolved');
  const first = Object.keys(samples.files)
    .map((path) => path.replace(/^samples\/|\.\w+$/g, ''))
    .sort()[0] as string;
  return {
    files: {
      'pack.yaml': packYaml(slug, guesses, resolves, first),
      'connect.md': connectMd(slug),
      ...samples.files,
    },
    story: samples.story,
    notes: given === null ? [] : [...notesOn(guesses), ...samples.notes],
  };
}

/** A pack's folder as the start of another: its files under the new name. The comments and all are kept. */
export function renamePack(slug: string, packYamlText: string): string {
  const renamed = packYamlText
    .replace(/^slug:.*$/m, `slug: ${slug}`)
    .replace(/^title:.*$/m, `title: ${words(slug)}`);
  const line = `# yaml-language-server: $schema=../${SCHEMA_FILES.pack}\n`;
  return renamed.startsWith('# yaml-language-server') ? renamed : line + renamed;
}
