// Which number each URL of a webhook has: its destination is called by it (`webhook/crm#2`), and what waits and how it stands is kept
// under that. A URL keeps its number wherever it stands in the list; a new one takes that of one that is gone. Pure.

import { createHash } from 'node:crypto';
import type { NumberedUrl } from '../store/store.js';
import type { WebhookSpec } from './spec.js';

type Url = WebhookSpec['urls'][number];

/** URLs hold secrets: what is kept tells them apart and no more. */
const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** @param known as they were numbered last; empty for a webhook seen for the first time: then by their places */
export function numberUrls(urls: readonly Url[], known: readonly NumberedUrl[] = []): readonly NumberedUrl[] {
  const wanted = urls.map(({ url, method = 'POST' }) => ({ url: fingerprint(url), method }));
  const numbers: (number | undefined)[] = wanted.map(() => undefined);
  const left = new Set(known);
  const give = (keyOf: (one: Omit<NumberedUrl, 'number'>) => string): void => {
    const byKey = new Map<string, NumberedUrl[]>();
    for (const one of left) byKey.set(keyOf(one), [...(byKey.get(keyOf(one)) ?? []), one]);
    for (const [index, one] of wanted.entries()) {
      const found = numbers[index] === undefined ? byKey.get(keyOf(one))?.shift() : undefined;
      if (found === undefined) continue;
      numbers[index] = found.number;
      left.delete(found);
    }
  };
  give(({ url, method }) => `${method} ${url}`);
  give(({ url }) => url);
  fillIn(numbers);
  return wanted.map((one, index) => ({ ...one, number: numbers[index] as number }));
}

/** Those that are new: by their places where that is free, else the lowest that is. */
function fillIn(numbers: (number | undefined)[]): void {
  const taken = new Set(numbers);
  const isNew = numbers.map((number) => number === undefined);
  for (const [index, is] of isNew.entries()) {
    if (!is || taken.has(index + 1)) continue;
    numbers[index] = index + 1;
    taken.add(index + 1);
  }
  let lowest = 1;
  for (const [index, number] of numbers.entries()) {
    if (number !== undefined) continue;
    while (taken.has(lowest)) lowest += 1;
    numbers[index] = lowest;
    taken.add(lowest);
  }
}
