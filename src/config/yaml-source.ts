// A YAML text, its plain data, and where each value stands in the text. Knows nothing of what the data means.

import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  YAMLParseError,
} from 'yaml';
import type { PathPart } from './problem.js';
import type { Diagnostic, Position } from './spec.js';

/** After the first, a parser mostly stumbles over its own confusion: one a line, and no more than these. */
const MOST_SYNTAX_ERRORS = 5;

export interface Span {
  readonly at: Position;
  readonly length: number;
}

export interface YamlSource {
  /** Fresh plain data without shared parts; null for an empty file. */
  readonly data: unknown;
  readonly diagnostics: readonly Diagnostic[];
  /** Offset of the first error that makes what follows untrustworthy; null when the text could be read whole. */
  readonly brokenAt: Position | null;
  /** Where the value at `path` stands, or its key; the nearest thing above when there is no such value. */
  locate(path: readonly PathPart[], on: 'key' | 'value'): Span;
  /** The place of `within` (1-based) in the text of the scalar at `path`. */
  locateWithin(path: readonly PathPart[], within: Position): Span;
}

/** Never throws: what cannot be read is in `diagnostics`. */
export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseSafely(text, lines);
  const spanOf = (start: number, end: number): Span => {
    const { line, col } = lines.linePos(Math.min(start, text.length));
    const lineEnd = text.indexOf('\n', start);
    const stop = Math.min(end, lineEnd < 0 ? text.length : lineEnd);
    const shown = text.slice(start, stop).trimEnd().length;
    return { at: { line: Math.max(1, line), column: Math.max(1, col) }, length: Math.max(1, shown) };
  };
  const diagnostics: Diagnostic[] = [];
  let brokenAt: Position | null = null;
  for (const error of document.errors) {
    const span = spanOf(...error.pos);
    const isSyntax = error.code !== 'DUPLICATE_KEY';
    const told = diagnostics.filter(({ code }) => code === 'yaml');
    const isEcho = told.length >= MOST_SYNTAX_ERRORS || told.some(({ at }) => at.line === span.at.line);
    if (isSyntax && isEcho) continue;
    const piece = text.slice(error.pos[0], error.pos[0] + 200);
    diagnostics.push(
      referenceDiagnostic(error.code, piece, span) ??
        syntaxDiagnostic(error.code, error.message, piece, span),
    );
    if (isSyntax) brokenAt ??= span.at;
  }
  for (const warning of document.warnings) {
    diagnostics.push({
      ...syntaxDiagnostic(warning.code, warning.message, '', spanOf(...warning.pos)),
      severity: 'warning',
    });
  }
  let data: unknown = null;
  try {
    data = copyPlain(document.toJS({ maxAliasCount: 100 }));
  } catch (error) {
    diagnostics.push(syntaxDiagnostic('ALIAS', (error as Error).message, '', spanOf(0, 1)));
    brokenAt ??= { line: 1, column: 1 };
  }
  const find = (path: readonly PathPart[]) => findNode(document.contents as Node | null, path);
  return {
    data,
    diagnostics,
    brokenAt,
    locate(path, on) {
      const found = find(path);
      const node = on === 'key' || !found.node?.range ? (found.key ?? found.node) : found.node;
      const [start, end] = node?.range ?? [0, 1];
      return spanOf(start, end);
    },
    locateWithin(path, within) {
      const { node } = find(path);
      const [start, end] = node?.range ?? [0, 1];
      const whole = spanOf(start, end);
      if (!isScalar(node)) return whole;
      return placeInScalar(text, start, String(node.type), whole, within);
    },
  };
}

/** Never throws: what is wrong is in its `errors`. */
export const parseYaml = (text: string): Document => parseSafely(text, new LineCounter());

function parseSafely(text: string, lineCounter: LineCounter): ReturnType<typeof parseDocument> {
  const options = {
    prettyErrors: false,
    uniqueKeys: true,
    merge: true,
    strict: true,
    // 'silent' would swallow that there is a second document.
    logLevel: 'error',
  } as const;
  try {
    return parseDocument(text, { ...options, lineCounter });
  } catch (error) {
    // Thousands of brackets inside each other exhaust the parser's stack.
    const document = parseDocument('', options);
    document.errors.push(new YAMLParseError([0, 1], 'IMPOSSIBLE', (error as Error).message));
    return document;
  }
}

function placeInScalar(text: string, start: number, type: string, whole: Span, within: Position): Span {
  if (type === 'BLOCK_LITERAL') {
    const line = whole.at.line + within.line;
    const content = text.split('\n')[line - 1] ?? '';
    const first =
      text
        .split('\n')
        .slice(whole.at.line)
        .find((candidate) => candidate.trim() !== '') ?? '';
    const indent = first.length - first.trimStart().length;
    return content === '' ? whole : { at: { line, column: indent + within.column }, length: 1 };
  }
  if (type === 'BLOCK_FOLDED' || within.line !== 1) return whole;
  const column = whole.at.column + within.column - 1 + (type.startsWith('QUOTE') ? 1 : 0);
  return column - whole.at.column < whole.length
    ? { at: { line: whole.at.line, column }, length: 1 }
    : { ...whole, at: whole.at, length: Math.max(1, Math.min(whole.length, text.length - start)) };
}

/** `secret: env:` and `secret: env: NAME`: YAML takes what ends in a colon, or has a space after one, for a key. */
function referenceDiagnostic(code: string, piece: string, { at }: Span): Diagnostic | null {
  const found = /^(env|file):[ \t]*([^\s#,}\]]?)/.exec(piece);
  if (found === null || !['BLOCK_AS_IMPLICIT_KEY', 'BLOCK_IN_FLOW'].includes(code)) return null;
  const kind = found[1] as string;
  const isEmpty = found[2] === '';
  const what = kind === 'env' ? 'environment variable' : 'file';
  const example = kind === 'env' ? 'env:NAME' : 'file:./secret.txt';
  return {
    severity: 'error',
    code: 'yaml',
    message: isEmpty ? `"${kind}:" names no ${what}` : `a space stands after "${kind}:"`,
    fix: `write it in one word: ${example}`,
    at,
    length: kind.length + 1,
  };
}

function syntaxDiagnostic(code: string, message: string, piece: string, span: Span): Diagnostic {
  const isDuplicate = code === 'DUPLICATE_KEY';
  const isOverflow = /call stack/.test(message);
  const key = /^("[^"]*"|'[^']*'|[^:\s]+)/.exec(piece)?.[0] ?? '';
  return {
    severity: 'error',
    code: isDuplicate ? 'duplicate_key' : 'yaml',
    message: isDuplicate
      ? `key "${key.replace(/^["']|["']$/g, '')}" stands twice in the same place`
      : isOverflow
        ? 'it is nested deeper than can be read'
        : `not valid YAML: ${lowerFirst(message.replace(/; please use .*/, ''))}`,
    fix: isDuplicate
      ? 'keep one of them'
      : /^Flow .* end with/.test(message)
        ? 'close the bracket'
        : code === 'BAD_SCALAR_START' && piece.startsWith('@')
          ? 'put the text in quotes; @file is a way of flags (--body @file): here the text itself stands, as in body: |'
          : (YAML_FIXES[code] ?? null),
    at: span.at,
    length: isDuplicate ? Math.max(1, key.length) : span.length,
  };
}

const YAML_FIXES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  BLOCK_AS_IMPLICIT_KEY: 'put a text that holds a colon and a space in quotes, or begin a new line before it',
  BAD_INDENT: 'line it up with what stands above it',
  BAD_SCALAR_START: 'put the text in quotes',
  MISSING_CHAR: 'close what was opened, or put the text in quotes',
  MULTIPLE_DOCS: 'keep one document: remove the line with ---',
  ALIAS: 'use fewer aliases, and only of anchors that are defined above them',
};

const lowerFirst = (text: string): string =>
  text.charAt(0).toLowerCase() + text.slice(1).replace(/\s*\n[\s\S]*$/, '');

interface Found {
  readonly key: Node | undefined;
  readonly node: Node | undefined;
}

function findNode(root: Node | null, path: readonly PathPart[]): Found {
  let found: Found = { key: undefined, node: root ?? undefined };
  for (const part of path) {
    // What an alias brings in is told where the alias stands.
    if (isAlias(found.node)) return { key: found.node, node: found.node };
    const holder = found.node;
    if (isMap(holder)) {
      const pair = holder.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      ) as Pair<Node, Node | null> | undefined;
      if (!pair) return found;
      found = { key: pair.key, node: pair.value ?? undefined };
    } else if (isSeq(holder)) {
      const item = holder.items[part as number] as Node | undefined;
      if (!item) return found;
      found = { key: item, node: item };
    } else return found;
  }
  return found;
}

/** YAML 1.1 files may yield dates, sets and the like: they become text, so that what follows sees plain JSON values only. */
function copyPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyPlain);
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value;
  if (typeof value !== 'object') return String(value);
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  const copy: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    Object.defineProperty(copy, key, {
      value: copyPlain(child),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}
