// The text of one member of a JSON object as it was written: long numbers, the order of keys and escapes survive where parsing and
// writing again would change them. Does not validate; give it text that JSON.parse takes.

const WHITE = /[\t\n\r ]/;

/** The index after the string that begins at `from`. */
function afterString(text: string, from: number): number {
  for (let index = from + 1; ; index++) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '"') return index + 1;
  }
}

/** The index after the value that begins at `from`. */
function afterValue(text: string, from: number): number {
  let depth = 0;
  for (let index = from; index < text.length; index++) {
    const character = text[index] as string;
    if (character === '"') index = afterString(text, index) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      if (depth === 0) return index;
      depth -= 1;
    } else if (character === ',' && depth === 0) return index;
  }
  return text.length;
}

function skip(text: string, from: number, pattern: RegExp): number {
  let index = from;
  while (index < text.length && pattern.test(text[index] as string)) index += 1;
  return index;
}

/**
 * @param object text of a valid JSON object
 * @returns the member's text without white space around it, the last one when the name is there twice; undefined when it is not there
 */
export function memberText(object: string, name: string): string | undefined {
  let found: string | undefined;
  let index = skip(object, object.indexOf('{') + 1, WHITE);
  while (object[index] === '"') {
    const nameEnd = afterString(object, index);
    const isIt = JSON.parse(object.slice(index, nameEnd)) === name;
    const begin = skip(object, nameEnd, /[\t\n\r :]/);
    const end = afterValue(object, begin);
    if (isIt) found = object.slice(begin, end).trimEnd();
    index = skip(object, end, /[\t\n\r ,]/);
  }
  return found;
}
