// The urlize filter: web and mail addresses in a text become links. What surrounds an address (brackets, full stops) stays out
// of it, brackets that belong to it stay in.

import type { Run } from './limits.js';
import { escapeHtml } from './text.js';

const HOST = String.raw`(?:(?:[\w%-]+\.)+(?:[a-z]{2,63}|xn--[\w%]{2,59})|[a-z]{2,63}|xn--[\w%]{2,59}|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]{2,45}\])`;
const REST = String.raw`(?::\d{1,5})?(?:[/?#]\S*)?$`;
const WEB = new RegExp(`^(?:https?://${HOST}|www\\.${HOST})${REST}`, 'iu');
/** Without a scheme only names under the oldest top-level domains count, or every file name would be a link. */
const BARE = new RegExp(String.raw`^(?:[\w%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)${REST}`, 'iu');
const MAIL = /^\S+@\w[\w.-]*\.\w+$/u;
const LEADING = /^(?:[(<]|&lt;)+/;
const TRAILING = new Set([')', '>', '.', ',', '\n']);
const PAIRS = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const;

export interface LinkOptions {
  /** Characters of the address to show; null shows all. */
  readonly limit: number | null;
  readonly rel: readonly string[];
  readonly target: string | null;
  /** Beside http, https and mailto, as `ftp:`. */
  readonly schemes: readonly string[];
}

/** Escaped text with its addresses as `<a>` elements. */
export function linkAddresses(run: Run, text: string, options: LinkOptions): string {
  run.charge(text.length);
  const attributes =
    (options.rel.length === 0 ? '' : ` rel="${escapeHtml(options.rel.join(' '))}"`) +
    (options.target === null ? '' : ` target="${escapeHtml(options.target)}"`);
  const pieces = text.split(/(\s+)/u);
  run.charge(pieces.length * 4);
  const linked = pieces
    .map((piece) => (piece.length > 2000 ? piece : linkWord(piece, attributes, options)))
    .join('');
  run.room(linked.length);
  return linked;
}

function linkWord(word: string, attributes: string, options: LinkOptions): string {
  const [head, middle, tail] = withoutPunctuation(word);
  const link = (address: string, shown: string): string =>
    `${head}<a href="${address}"${attributes}>${shortened(shown, options.limit)}</a>${tail}`;
  // Mail opens no page, so rel and target have no meaning there.
  const mail = (address: string): string => `${head}<a href="mailto:${address}">${address}</a>${tail}`;
  if (WEB.test(middle)) return link(/^https?:\/\//i.test(middle) ? middle : `https://${middle}`, middle);
  if (BARE.test(middle)) return link(`https://${middle}`, middle);
  if (middle.startsWith('mailto:') && MAIL.test(middle.slice(7))) return mail(middle.slice(7));
  if (/^[^:]*@/.test(middle) && !middle.startsWith('www.') && !middle.includes(':') && MAIL.test(middle)) {
    return mail(middle);
  }
  const scheme = options.schemes.find((each) => middle !== each && middle.startsWith(each));
  return scheme === undefined ? word : link(middle, middle);
}

function shortened(text: string, limit: number | null): string {
  return limit !== null && text.length > limit ? `${text.slice(0, Math.max(0, limit))}...` : text;
}

function withoutPunctuation(word: string): [string, string, string] {
  const head = LEADING.exec(word)?.[0] ?? '';
  let end = word.length;
  while (end > head.length) {
    if (TRAILING.has(word[end - 1]!)) end -= 1;
    else if (word.endsWith('&gt;', end)) end -= 4;
    else break;
  }
  let middle = word.slice(head.length, end);
  let tail = word.slice(end);
  for (const [open, close] of PAIRS) {
    // What was taken off the end belongs to the address as far as it closes brackets opened within it.
    let missing = middle.split(open).length - middle.split(close).length;
    while (missing > 0 && tail.includes(close)) {
      const upTo = tail.indexOf(close) + close.length;
      middle += tail.slice(0, upTo);
      tail = tail.slice(upTo);
      missing -= 1;
    }
  }
  return [head, middle, tail];
}
