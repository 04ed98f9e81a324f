// Which headers a user may add to a webhook call. Those that carry the signature, describe the body or steer the connection
// (RFC 9110 §7.6.1) are Relay's: the settings schema refuses them, and `build` drops them should one get past it.

const RESERVED = [
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
];
const RESERVED_NAMES: ReadonlySet<string> = new Set(RESERVED);

export function isReservedHeader(name: string): boolean {
  const lower = name.trim().toLowerCase();
  return lower.startsWith('webhook-') || RESERVED_NAMES.has(lower);
}

/** JSON Schema patterns know no flags, so each letter is written in both cases. */
const anyCase = (text: string): string =>
  text.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

const RESERVED_PATTERN = [...RESERVED.map((name) => `${anyCase(name)}$`), anyCase('webhook-')].join('|');

/** JSON Schema of `headers`: names are tokens (RFC 9110 §5.6.2), values hold no line ends. */
export const HEADERS_SCHEMA = {
  type: 'object',
  description: `Sent with every call. Not allowed: webhook-*, ${RESERVED.join(', ')}.`,
  maxProperties: 50,
  propertyNames: { pattern: `^(?!${RESERVED_PATTERN})[!#$%&'*+.^_\`|~0-9A-Za-z-]+$` },
  additionalProperties: { type: 'string', maxLength: 8_192, pattern: '^[\\t\\x20-\\x7e\\x80-\\xff]*$' },
};

/** Adds the user's headers to `target` under lower-case names; reserved ones are left out. */
export function addCustomHeaders(
  target: Record<string, string>,
  custom: Readonly<Record<string, string>> | undefined,
): void {
  for (const name in custom) {
    if (!isReservedHeader(name)) target[name.toLowerCase()] = custom[name] as string;
  }
}
