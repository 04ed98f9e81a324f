// What of the store the access tokens need. Part of `Store`; verbs and records, no SQL, and never a token in plain text.

import type { AccessToken } from '../model/access-token.js';

export interface StoredToken extends AccessToken {
  /** SHA-256 of the token, as hexadecimal digits. */
  readonly digest: string;
}

export interface TokenStore {
  tokens(): Promise<readonly StoredToken[]>;
  /** @throws object.exists when the name is taken */
  addToken(token: Omit<StoredToken, 'id' | 'lastUsedAt'>): Promise<StoredToken>;
  /** @throws object.exists when the name is taken, object.not_found */
  renameToken(id: string, name: string): Promise<void>;
  /** Nothing of it is kept. @throws object.not_found */
  removeToken(id: string): Promise<void>;
  /** Of a token that is gone: nothing happens. */
  noteTokenUse(id: string, at: number): Promise<void>;
}
