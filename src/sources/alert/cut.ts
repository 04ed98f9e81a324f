// Cutting texts to size without tearing a character apart: half an emoji is no text that every receiver of JSON can read.

const HALF = /[\uD800-\uDBFF]$/;

/** At most so many UTF-16 units of it. */
export function startOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const start = text.slice(0, most);
  return HALF.test(start) ? start.slice(0, -1) : start;
}
