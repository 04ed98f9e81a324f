// The text of a piece of HTML: comments and tags removed, white space collapsed, entities resolved.

import { words } from './white-space.js';

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  laquo: '«',
  raquo: '»',
  euro: '€',
  deg: '°',
  middot: '·',
  bull: '•',
  times: '×',
};

/** Removes every piece from an opening mark to the next closing one; a lone opening mark stays. */
function cutOut(text: string, open: string, close: string): string {
  let result = '';
  let offset = 0;
  for (;;) {
    const start = text.indexOf(open, offset);
    const end = start === -1 ? -1 : text.indexOf(close, start + open.length);
    if (end === -1) return result + text.slice(offset);
    result += text.slice(offset, start);
    offset = end + close.length;
  }
}

function unescapeHtml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{1,20}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name]! : whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

export function stripTags(html: string): string {
  return unescapeHtml(words(cutOut(cutOut(html, '<!--', '-->'), '<', '>')).join(' '));
}
