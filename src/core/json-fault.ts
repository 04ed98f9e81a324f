// Where a text stops being JSON (RFC 8259), and what should stand there. JSON.parse words this differently in every release of Node, and
// often names no place. Builds nothing; made for texts that JSON.parse has refused.

export interface JsonFault {
  /** In UTF-16 units. */
  readonly offset: number;
  /** What is wrong, as the end of a sentence. */
  readonly what: string;
}

const WHITE = /[ \t\n\r]*/y;
// Texts are matched in runs: a megabyte of single characters would use up the stack of the matcher.
const TEXT = /"(?:[^"\\\p{Cc}]+|[\x7f-\x9f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** The index after the text that begins at `from`, or why it does not end. */
function afterText(text: string, from: number): number | JsonFault {
  const offset = endOf(TEXT, text, from);
  if (text[offset] === '"') return offset + 1;
  if (offset >= text.length) return { offset, what: 'a text in quotes does not end' };
  const what =
    text[offset] === '\\'
      ? 'this escape is not one of JSON'
      : 'a line break or another control character stands in a text';
  return { offset, what };
}

function afterScalar(text: string, from: number, what: string): number | JsonFault {
  if (text[from] === '"') return afterText(text, from);
  const end = Math.max(endOf(NUMBER, text, from), endOf(WORD, text, from));
  return end > from ? end : { offset: from, what };
}

/** Null for JSON. */
export function findJsonFault(text: string): JsonFault | null {
  /** The brackets that are open. */
  const open: ('{' | '[')[] = [];
  let at = 0;
  // What may stand next: a value, a value or the end of an empty list, a key, a key or the end of an empty object, or what follows a value.
  let next: 'value' | 'first value' | 'key' | 'first key' | 'after' = 'value';
  for (;;) {
    at = endOf(WHITE, text, at);
    const character = text[at];
    const inside = open.at(-1);
    const closing = inside === '{' ? '}' : ']';
    if (next === 'after') {
      if (inside === undefined)
        return character === undefined ? null : { offset: at, what: 'more follows after the end' };
      if (character === ',') next = inside === '{' ? 'key' : 'value';
      else if (character === closing) open.pop();
      else return { offset: at, what: `expected "," or "${closing}"` };
      at += 1;
    } else if ((next === 'first key' || next === 'first value') && character === closing) {
      open.pop();
      next = 'after';
      at += 1;
    } else if (next === 'key' || next === 'first key') {
      if (character !== '"') return { offset: at, what: 'expected a key in double quotes' };
      const end = afterText(text, at);
      if (typeof end !== 'number') return end;
      at = endOf(WHITE, text, end);
      if (text[at] !== ':') return { offset: at, what: 'expected ":"' };
      next = 'value';
      at += 1;
    } else if (character === '{' || character === '[') {
      open.push(character);
      next = character === '{' ? 'first key' : 'first value';
      at += 1;
    } else {
      const end = afterScalar(text, at, character === undefined ? 'it ends too early' : 'expected a value');
      if (typeof end !== 'number') return end;
      at = end;
      next = 'after';
    }
  }
}
