// The text of a config file, fit to be shown: what may be a secret is put out of sight, whatever else is wrong with the file. Every character
// keeps its place, so that lines and columns stay right; the renderer draws what was put out of sight as `***`.

import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, visit } from 'yaml';
import { isSecretParameter } from '../core/redaction.js';
import { isSecretKey, isSecretName } from './secret-names.js';
import { isReference } from './secrets.js';
import { HIDDEN, type MaskedText } from './shown-text.js';
import { parseYaml } from './yaml-source.js';

type Range = readonly [start: number, end: number];

/** Never throws: where the YAML cannot be read, lines are looked at one by one. */
export function maskSecrets(text: string): MaskedText {
  const document = parseYaml(text);
  const ranges = [
    ...rangesOfTokens(text),
    ...rangesInUrls(text),
    ...rangesOfNodes(document, text),
    ...(document.errors.length > 0 ? rangesInLines(text) : []),
  ];
  return ranges.reduce(hide, text) as MaskedText;
}

/** Line ends and indents stay. */
function hide(text: string, [start, end]: Range): string {
  const hidden = text.slice(start, end).replace(/\S.*/g, (rest) => HIDDEN.repeat(rest.length));
  return text.slice(0, start) + hidden + text.slice(end);
}

/** Keys of Standard Webhooks and private keys in PEM form are secret wherever they stand. */
function rangesOfTokens(text: string): Range[] {
  const pattern =
    /\bwh(?:sec|sk)_[A-Za-z0-9+/=]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*-----|$(?![\s\S]))/g;
  return [...text.matchAll(pattern)].map(({ index, 0: found }) => [index, index + found.length]);
}

function rangesInUrls(text: string): Range[] {
  const users = [...text.matchAll(/(?<=:\/\/)[^\s/?#"']+(?=@)/g)].map(
    ({ index, 0: user }): Range => [index, index + user.length],
  );
  const parameters = [...text.matchAll(/(?<=[?&])([^=&#\s"']+)=([^&#\s"',}\]]+)/g)]
    .filter(([, name]) => isSecretParameter(name as string))
    .map(({ index, 0: pair, 1: name }): Range => [index + (name as string).length + 1, index + pair.length]);
  return [...users, ...parameters];
}

function rangesOfNodes(document: Document, text: string): Range[] {
  const ranges: Range[] = [];
  const hideBelow = (node: unknown, isWhole: boolean): void => {
    const found = isAlias(node) ? node.resolve(document) : node;
    if (isScalar(found)) {
      const [start, end] = found.range ?? [0, 0];
      const isShown = typeof found.value === 'string' && (found.value === '' || isReference(found.value));
      if (!isShown) ranges.push(bodyOf(found, start, end));
    } else if (isSeq(found)) for (const item of found.items) hideBelow(item, isWhole);
    else if (isMap(found) && isWhole && !isBrokenReference(found.items as Pair[]))
      for (const pair of found.items) hideBelow(pair.value, isWhole);
  };
  try {
    visit(document, {
      Pair(_key, { key, value }) {
        const name = isScalar(key) ? String(key.value) : '';
        if (isSecretName(name)) hideBelow(value, isSecretKey(name));
      },
    });
  } catch {
    // Nested too deep to be walked: the lines tell enough.
    return rangesInLines(text);
  }
  return ranges;
}

/** Of a block scalar the sign that begins it stays. */
function bodyOf(node: Node & { type?: unknown; source?: string }, start: number, end: number): Range {
  return String(node.type).startsWith('BLOCK_') ? [start + 1, end] : [start, end];
}

/** `secret: env: NAME`, with a space too many: a name and no secret. */
const isBrokenReference = (items: readonly Pair[]): boolean =>
  items.every((item) => isPair(item) && isScalar(item.key) && /^(?:env|file)$/.test(String(item.key.value)));

function rangesInLines(text: string): Range[] {
  const named = [...text.matchAll(/["']?([\w.-]+)["']?[ \t]*:[ \t]+/g)];
  return named.flatMap(({ index, 0: head, 1: name }): Range[] => {
    const start = index + head.length;
    const rest = /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? '';
    const isOpen = /^["'[ ]*(?:env|file):|^[{|>&*]|^\[?\s*$/.test(rest);
    return isSecretName(name as string) && !isOpen ? [[start, start + rest.length]] : [];
  });
}
