// From a request's text to the values templates see: JSON, a form, or plain text. Keeps numbers and key order as they were sent.

import { RelayError } from '../../core/errors.js';
import { parseJson, toJson } from '../../jinja/json.js';
import type { Value } from '../../jinja/values.js';
import { startOf } from './cut.js';

const FORM = 'application/x-www-form-urlencoded';
/** A form field that some tools put their whole JSON into. */
const JSON_FIELDS = ['payload', 'data'];
const TITLE_CHARACTERS = 200;
const XML_TYPE = /^(?:application|text)\/xml$|\+xml$/;

function readForm(text: string): Value {
  const fields = Object.fromEntries(new URLSearchParams(text));
  for (const name of JSON_FIELDS) {
    const inner = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (inner !== undefined && Object.keys(fields).length === 1 && /^\s*[[{]/.test(inner))
      return readJson(inner);
  }
  return new Map(Object.entries(fields));
}

function readJson(text: string): Value {
  try {
    return parseJson(text);
  } catch (error) {
    throw new RelayError('ingest.unreadable', 'the body is not valid JSON', {
      why: error instanceof Error ? error.message : String(error),
      fix: 'send a JSON object; check it with: jq . < body.json',
      cause: error,
    });
  }
}

function refuseXml(): never {
  throw new RelayError('ingest.unsupported_type', 'the body is XML, which cannot be read as an alert', {
    fix: 'let the tool send JSON, a form or plain text; most tools let you choose or write the body of a webhook',
  });
}

function readText(text: string): Value {
  const [first = ''] = text.trim().split('\n', 1);
  return new Map<string, Value>([
    ['title', startOf(first, TITLE_CHARACTERS)],
    ['message', text],
  ]);
}

/** A body that was taken in, read again without its type: JSON, else a form, else text. Never throws. */
export function readStoredPayload(text: string): Value {
  try {
    return parseJson(text);
  } catch {
    return /^[^\s=&]+=[^\s]*$/.test(text.trim()) ? readForm(text.trim()) : readText(text);
  }
}

const isObject = (value: Value): boolean => value !== null && typeof value === 'object';

/**
 * The alerts a body holds before any splitting: one, or one per element of a top-level JSON list.
 * @param contentType media type without parameters, lower case; empty means JSON if it looks like it
 * @throws RelayError ingest.unreadable, ingest.invalid_payload, ingest.unsupported_type (XML)
 */
export function readPayloads(text: string, contentType: string): readonly Value[] {
  if (text.trim() === '') {
    throw new RelayError('ingest.invalid_payload', 'the body is empty', {
      fix: 'post a JSON object, a form, or some text',
    });
  }
  const looksLikeJson = /^\s*[[{]/.test(text);
  // curl calls every body a form unless told otherwise; a real form has its braces percent-encoded.
  if (contentType === FORM && !looksLikeJson) return [readForm(text)];
  if (XML_TYPE.test(contentType) && !looksLikeJson) refuseXml();
  if (contentType.startsWith('text/') && !looksLikeJson) return [readText(text)];
  if (/^\s*</.test(text)) refuseXml();
  const value = readJson(text);
  const payloads = Array.isArray(value) ? value : [value];
  if (payloads.length === 0 || !payloads.every((payload) => isObject(payload) && !Array.isArray(payload))) {
    throw new RelayError(
      'ingest.invalid_payload',
      'the body is JSON, but not an object or a list of objects',
      {
        fix: 'wrap it, for instance {"title": …}',
      },
    );
  }
  return payloads;
}

/** Deeper than any tool nests; keeps walks over strangers' data from running out of stack. */
const MAX_DEPTH = 200;

/** @throws RelayError ingest.invalid_payload */
function checkDepth(depth: number): void {
  if (depth <= MAX_DEPTH) return;
  throw new RelayError('ingest.invalid_payload', `the body is nested deeper than ${MAX_DEPTH} levels`);
}

/**
 * Drops what counts as absent: empty strings, and strings that `isAbsent` says are. Keys and all, at any depth.
 * @throws RelayError ingest.invalid_payload when it is nested too deep
 */
export function dropAbsent(value: Value, isAbsent: (text: string) => boolean, depth = 0): Value {
  if (value === null || typeof value !== 'object') return value;
  checkDepth(depth);
  if (Array.isArray(value)) return value.map((item) => dropAbsent(item, isAbsent, depth + 1));
  if (!(value instanceof Map) && Object.getPrototypeOf(value) !== Object.prototype) return value;
  const kept = new Map<unknown, Value>();
  for (const [key, inner] of value instanceof Map ? value : Object.entries(value)) {
    if (typeof inner === 'string' && (inner === '' || isAbsent(inner))) continue;
    kept.set(key, dropAbsent(inner, isAbsent, depth + 1));
  }
  return kept;
}

/**
 * A part of a payload as JSON text again: what an alert keeps when its source splits, with numbers as they were sent.
 * @throws RelayError ingest.invalid_payload when it is nested too deep
 */
export function textOfPart(value: Value): string {
  try {
    return toJson(value);
  } catch (cause) {
    throw new RelayError('ingest.invalid_payload', 'the body is nested too deep to be taken apart', {
      cause,
    });
  }
}
