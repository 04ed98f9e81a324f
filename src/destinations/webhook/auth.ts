// How a webhook proves to its receiver who calls: a fixed Authorization header, or an OAuth2 access token that delivery gets. Pure: it
// says what is wanted and fetches nothing.

import { MASK } from '../../core/redaction.js';
import type { TokenGrant } from '../driver.js';

/** As it stands in the config; exactly one of them. */
export type WebhookAuth =
  | { readonly basic: { readonly user: string; readonly password: string } }
  | { readonly bearer: string }
  | {
      readonly oauth2: {
        readonly token_url: string;
        readonly client_id: string;
        readonly client_secret: string;
        readonly scope?: string;
        readonly audience?: string;
        readonly style?: 'basic' | 'body';
      };
    };

/** Of an access token that is not there yet; delivery puts the token in. History and preview show neither. */
const TOKEN_TO_COME = `Bearer ${MASK}`;

/** The value of `authorization`. */
export function authorizationOf(auth: WebhookAuth): string {
  if ('basic' in auth) {
    const { user, password } = auth.basic;
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }
  return 'bearer' in auth ? `Bearer ${auth.bearer}` : TOKEN_TO_COME;
}

/** What a URL with a user name asks for: that part of it is in no request line. Whatever else says who calls goes before it. */
export function addUrlAuthorization(target: Record<string, string>, url: string): void {
  // Most have none, and reading one costs.
  if (!url.includes('@') || !URL.canParse(url)) return;
  const { username, password } = new URL(url);
  if (username === '' && password === '') return;
  target.authorization = authorizationOf({
    basic: { user: decoded(username), password: decoded(password) },
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const grants = new WeakMap<WebhookAuth, TokenGrant>();

/** What delivery gets a token with; undefined where none is wanted. The same record for the same settings. */
export function grantOf(auth: WebhookAuth): TokenGrant | undefined {
  if (!('oauth2' in auth)) return undefined;
  const kept = grants.get(auth);
  if (kept !== undefined) return kept;
  const { token_url, client_id, client_secret, scope, audience, style } = auth.oauth2;
  const grant: TokenGrant = {
    tokenUrl: token_url,
    clientId: client_id,
    clientSecret: client_secret,
    scope: scope ?? null,
    audience: audience ?? null,
    style: style ?? 'basic',
  };
  grants.set(auth, grant);
  return grant;
}

const SECRET_TEXT = { type: 'string', minLength: 1, maxLength: 8_192, pattern: '^[^\\r\\n]*$' };

/** JSON Schema of the settings' `auth`. The config words its own errors; this one keeps the driver from taking anything else. */
export const AUTH_SETTINGS = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    basic: {
      type: 'object',
      additionalProperties: false,
      required: ['user', 'password'],
      properties: { user: { type: 'string', pattern: '^[^:\\r\\n]+$' }, password: SECRET_TEXT },
    },
    bearer: SECRET_TEXT,
    oauth2: {
      type: 'object',
      additionalProperties: false,
      required: ['token_url', 'client_id', 'client_secret'],
      properties: {
        token_url: { type: 'string' },
        client_id: { type: 'string', minLength: 1 },
        client_secret: SECRET_TEXT,
        scope: { type: 'string' },
        audience: { type: 'string' },
        style: { enum: ['basic', 'body'] },
      },
    },
  },
};
