// Text from outside made safe for a terminal: it must not move the cursor, change colours or ring bells.

/** Keeps lines and tabs; other control characters are shown as `\x1b`. For text of one line use `oneLine`. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** JSON indented, anything else as it is; printable, one entry a line. Empty text gives no lines. */
export function bodyLines(body: string): string[] {
  if (body === '') return [];
  let text = body;
  try {
    text = JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // Not JSON: shown as it came.
  }
  return printable(text).replace(/\n$/, '').split('\n');
}
