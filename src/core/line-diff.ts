// What differs between two texts, line by line: the longest common lines stay, the rest is taken out or put in. Pure.

export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Above so many pairs of lines (2,000 × 2,000) the table would not be worth its memory: all of one, then all of the other. */
const MAX_PAIRS = 4_000_000;

/** Length of the longest common subsequence of the lines from i and from j on, as one flat table. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        before[i] === after[j]
          ? (lengths[(i + 1) * width + j + 1] as number) + 1
          : Math.max(lengths[(i + 1) * width + j] as number, lengths[i * width + j + 1] as number);
  return lengths;
}

/** Every line of both, in order: `-` stands in `before` only, `+` in `after` only. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  const all = (sign: DiffLine['sign'], lines: readonly string[]): DiffLine[] =>
    lines.map((text) => ({ sign, text }));
  if (before.length * after.length > MAX_PAIRS) return [...all('-', before), ...all('+', after)];
  const width = after.length + 1;
  const lengths = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length && j < after.length) {
    const [down, right] = [lengths[(i + 1) * width + j] as number, lengths[i * width + j + 1] as number];
    if (before[i] === after[j]) {
      lines.push({ sign: ' ', text: before[i] as string });
      i += 1;
      j += 1;
    } else if (down >= right) lines.push({ sign: '-', text: before[i++] as string });
    else lines.push({ sign: '+', text: after[j++] as string });
  }
  return [...lines, ...all('-', before.slice(i)), ...all('+', after.slice(j))];
}

/** The changes with `context` unchanged lines around each; what is left out between them is one `…`. */
export function changedLines(lines: readonly DiffLine[], context = 1): DiffLine[] {
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== ' ');
  const shown: DiffLine[] = [];
  let isGap = false;
  lines.forEach((line, index) => {
    const near = isNear(index);
    if (near && isGap && shown.length > 0) shown.push({ sign: ' ', text: '…' });
    if (near) shown.push(line);
    isGap = !near;
  });
  return shown;
}
