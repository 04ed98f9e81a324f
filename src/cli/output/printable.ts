// Text from outside made safe for a terminal: it must not move the cursor, change colours, ring bells or turn the order of a line round.

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Keeps lines and tabs; other control characters are shown as `\x1b`, those of writing direction (UAX #9) as `\u202e`.
 * For text of one line use `oneLine`.
 */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
  });
}

const JSON_TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * JSON text indented by two, every string and number as it was written: parsing and printing it anew would change long numbers.
 * Undefined when it is not JSON.
 */
export function indentJson(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  let indented = '';
  let depth = 0;
  let previous = '';
  const newLine = (): string => `\n${'  '.repeat(depth)}`;
  for (const [token] of text.matchAll(JSON_TOKENS)) {
    const closes = token === '}' || token === ']';
    if (closes) depth -= 1;
    const isFirst = previous === '{' || previous === '[';
    if ((closes && !isFirst) || (!closes && isFirst) || previous === ',') indented += newLine();
    indented += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth += 1;
    previous = token;
  }
  return indented;
}

/** JSON indented, anything else as it is; printable, one entry a line. Empty text gives no lines. */
export function bodyLines(body: string): string[] {
  if (body === '') return [];
  return printable(indentJson(body) ?? body)
    .replace(/\n$/, '')
    .split('\n');
}
