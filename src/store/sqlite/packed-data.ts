// The form in which the data of events is stored: an incident's keys as single signs, and what the incident's row and its first alert say
// anyway as references to them. Exact on the way back: whatever differs stands there as it is. No statements here.
// Measured on 1 KB alerts: 150 bytes are left of 900, for about 5 µs; see docs/decisions/0005-how-the-store-lays-out-rows.md.

import { formatId } from '../../core/ids.js';
import { storedJson } from './stored-json.js';

/** What the first alert of an incident says, as its row has it. It stays as long as the incident, and the incident as long as its events. */
export interface OpenerTexts {
  readonly title: string;
  readonly message: string;
  readonly link: string | null;
  /** JSON text. */
  readonly labels: string | null;
}

/** What other rows say of an event of an incident. All of it stays as it is for as long as the event is kept. */
export interface EventSurroundings {
  readonly at: number;
  readonly incident: number;
  readonly grouping: string;
  /** Null where no alert opened the incident, or the incident's texts are its own. */
  readonly opener: OpenerTexts | null;
}

/** Keys of an incident in the outward form. Part of the file format: append only, never reorder. */
const KEYS = [
  'source',
  'pack',
  'service',
  'channel',
  'grouping_id',
  'status',
  'title',
  'message',
  'link',
  'image_url',
  'severity',
  'priority',
  'assignee',
  'labels',
  'alert_count',
  'opened_at',
  'last_alert_at',
  'acknowledged_at',
  'acknowledged_by',
  'first_acknowledged_at',
  'resolved_at',
  'resolved_by',
];
/** What an incident nobody has touched ends with; the first one as Relay wrote it up to schema version 8. Part of the file format. */
const UNTOUCHED_BEFORE =
  ',"acknowledged_at":null,"acknowledged_by":null,"first_acknowledged_at":null,"resolved_at":null,"resolved_by":null';
const UNTOUCHED = ',"acknowledged_at":null,"acknowledged_by":null,"resolved_at":null,"resolved_by":null';

/** Control characters that never stand in JSON text (tab, line feed and carriage return may). */
const SIGNS = [
  1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
].map((code) => String.fromCharCode(code));
const FRAGMENTS = [UNTOUCHED_BEFORE, ...KEYS.map((key) => `,"${key}":`), UNTOUCHED];
const signOf = new Map(FRAGMENTS.map((fragment, index) => [fragment, SIGNS[index] as string]));
const fragmentOf = new Map(FRAGMENTS.map((fragment, index) => [SIGNS[index] as string, fragment]));
/** Longer ones first: of two fragments that begin alike, the longer is meant. */
const ALTERNATIVES = [...FRAGMENTS].sort((one, other) => other.length - one.length).join('|');
const PACKS = new RegExp(`${ALTERNATIVES}|[\0${SIGNS.join('')}]`, 'g');
/** Begins a reference; a letter says to what. */
const REFERENCE = '\x1f';
const UNPACKS = new RegExp(`${REFERENCE}.|[${SIGNS.join('')}]`, 'g');
const VERBATIM = '\0';

/** Letters of the references. Part of the file format. */
type Letter = 'i' | 't' | 'm' | 'u' | 'g' | 'l' | 'a';
type Reference = readonly [letter: Letter, text: string];

let lastAt = Number.NaN;
let lastInstant = '';
/** Events of one moment come in numbers. */
function instantOf(at: number): string {
  if (at !== lastAt) {
    lastInstant = `"${new Date(at).toISOString()}"`;
    lastAt = at;
  }
  return lastInstant;
}

/** In the order in which an event's data has them, as texts to look for. */
function referencesOf({ at, incident, grouping, opener }: EventSurroundings): Reference[] {
  const found: Reference[] = [['i', `"${formatId('inc', incident)}"`]];
  const add = (letter: Letter, json: string | null): void => {
    if (json !== null) found.push([letter, json]);
  };
  if (opener !== null) {
    add('t', storedJson(opener.title));
    add('m', storedJson(opener.message));
    add('u', opener.link === null ? null : storedJson(opener.link));
  }
  add('g', storedJson(grouping));
  if (opener !== null) add('l', opener.labels);
  add('a', instantOf(at));
  add('a', instantOf(at));
  return found;
}

function textOf(letter: string, { at, incident, grouping, opener }: EventSurroundings): string {
  switch (letter as Letter) {
    case 'i':
      return `"${formatId('inc', incident)}"`;
    case 'a':
      return instantOf(at);
    case 'g':
      return JSON.stringify(grouping);
    case 't':
      return JSON.stringify((opener as OpenerTexts).title);
    case 'm':
      return JSON.stringify((opener as OpenerTexts).message);
    case 'u':
      return JSON.stringify((opener as OpenerTexts).link);
    case 'l':
      return (opener as OpenerTexts).labels as string;
  }
}

/** What stands between references repeats from event to event: its packed form is kept. */
const MAX_KEPT = 2_000;
const LONGEST_KEPT = 400;
const kept = new Map<string, string | null>();

/** Null: the text holds signs itself. */
function packKeys(text: string): string | null {
  let holdsSigns = false;
  const packed = text.replace(PACKS, (found) => {
    if (found.length === 1) holdsSigns = true;
    return signOf.get(found) ?? found;
  });
  return holdsSigns ? null : packed;
}

function packKeysOnce(text: string): string | null {
  if (text.length > LONGEST_KEPT) return packKeys(text);
  let packed = kept.get(text);
  if (packed === undefined) {
    packed = packKeys(text);
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(text, packed);
  }
  return packed;
}

/** @param around null for an event of no incident: then nothing else says what it says */
export function packData(data: string, around: EventSurroundings | null): string {
  let packed = '';
  let from = 0;
  // Where the texts are the event's own, hardly any part of it comes again.
  const pack = around?.opener ? packKeysOnce : packKeys;
  const keep = (until: number): boolean => {
    const keys = pack(data.slice(from, until));
    packed += keys ?? '';
    return keys !== null;
  };
  for (const [letter, text] of around === null ? [] : referencesOf(around)) {
    const at = data.indexOf(text, from);
    if (at < 0) continue;
    if (!keep(at)) return VERBATIM + data;
    packed += REFERENCE + letter;
    from = at + text.length;
  }
  return keep(data.length) ? packed : VERBATIM + data;
}

export function unpackData(stored: string, around: EventSurroundings | null): string {
  if (stored.startsWith(VERBATIM)) return stored.slice(1);
  return stored.replace(UNPACKS, (sign) =>
    sign.length === 1
      ? (fragmentOf.get(sign) as string)
      : textOf(sign[1] as string, around as EventSurroundings),
  );
}
