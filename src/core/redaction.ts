// What may be shown of headers and URLs: secrets are replaced before anything is stored, listed or logged. Pure.

export const MASK = '***';

/** Names that hold a secret in themselves. Signatures and ids of Standard Webhooks prove nothing later and stay readable. */
const SECRET_NAME = /auth|cookie|token|secret|key|passw|credential|session/i;
const SHOWN_HEADERS: ReadonlySet<string> = new Set([
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'idempotency-key',
  'www-authenticate',
]);
const SECRET_QUERY =
  /(^|[^a-z0-9])(sig|signature|token|key|apikey|secret|pass|pwd|passw(or)?d|auth|code|credential|jwt)($|[^a-z0-9])/i;

export function isSecretHeader(name: string): boolean {
  return !SHOWN_HEADERS.has(name.toLowerCase()) && SECRET_NAME.test(name);
}

/** A query parameter, by its name: `sig`, `api_key`, `accessToken`. */
export function isSecretParameter(name: string): boolean {
  return SECRET_QUERY.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
}

/** The same headers with the values of secret ones masked. */
export function maskHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const masked: Record<string, string> = {};
  for (const name in headers) masked[name] = isSecretHeader(name) ? MASK : (headers[name] as string);
  return masked;
}

/**
 * A URL fit for lists: user name, password and the values of secret query parameters (`?sig=`, `?token=`, `?api_key=` …) masked,
 * the rest as it was written. What is no URL comes back masked whole: it may be a secret pasted into the wrong field.
 */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return MASK;
  const credentials = /^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i;
  const plain = text.replace(credentials, `$1${MASK}@`);
  const queryAt = plain.indexOf('?');
  if (queryAt < 0) return plain;
  const hashAt = plain.indexOf('#', queryAt);
  const query = plain.slice(queryAt + 1, hashAt < 0 ? undefined : hashAt);
  return plain.slice(0, queryAt + 1) + maskQuery(query) + (hashAt < 0 ? '' : plain.slice(hashAt));
}

function maskQuery(query: string): string {
  return query
    .split('&')
    .map((pair) => {
      const equalsAt = pair.indexOf('=');
      return equalsAt > 0 && isSecretParameter(pair.slice(0, equalsAt))
        ? `${pair.slice(0, equalsAt + 1)}${MASK}`
        : pair;
    })
    .join('&');
}
