// What the API says of access tokens: shape and schema side by side.

import { SCOPES, type Scope } from '../../model/access-token.js';
import { instant, type JsonSchema, list, nullable, oneOf, record, text } from './schema.js';

export interface TokenItem {
  id: string;
  name: string;
  scopes: Scope[];
  state: 'active' | 'expired';
  /** The last four characters. */
  tail: string;
  created_at: string;
  created_by: string;
  expires_at: string | null;
  /** To the minute. */
  last_used_at: string | null;
}

/** The one answer that holds the token. */
export interface CreatedToken extends TokenItem {
  token: string;
}

const token = {
  id: text,
  name: text,
  scopes: list(oneOf(...SCOPES)),
  state: oneOf('active', 'expired'),
  tail: text,
  created_at: instant,
  created_by: text,
  expires_at: nullable(instant),
  last_used_at: nullable(instant),
};

export const TOKEN_ANSWERS: Readonly<Record<string, JsonSchema>> = {
  Token: record(token),
  CreatedToken: record({ ...token, token: text }),
};
