// Access tokens. Few rows; the daemon holds them in memory and writes through.

import { RelayError } from '../../core/errors.js';
import { formatId, parseId } from '../../core/ids.js';
import type { Scope } from '../../model/access-token.js';
import type { StoredToken, TokenStore } from '../token-store.js';
import type { Kernel } from './kernel.js';

interface TokenRow {
  id: number;
  name: string;
  digest: string;
  tail: string;
  scopes: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  last_used_at: number | null;
}

const INSERT = `INSERT INTO token (id, name, digest, tail, scopes, created_at, created_by, expires_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

const tokenOf = (row: TokenRow): StoredToken => ({
  id: formatId('tok', row.id),
  name: row.name,
  digest: row.digest,
  tail: row.tail,
  scopes: row.scopes.split(' ') as Scope[],
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
});

const rowOf = (id: string): number => parseId('tok', id) ?? -1;

function nameTaken(name: string): RelayError {
  return new RelayError('object.exists', `there is a token named ${name}`, {
    fix: 'choose another name, or revoke that one first',
  });
}

export function prepareTokens({ db, writer, ids }: Kernel): TokenStore {
  const list = db.prepare('SELECT * FROM token ORDER BY id');
  const taken = db.prepare('SELECT 1 FROM token WHERE name = ? AND id <> ?').pluck();
  const insert = db.prepare(INSERT);
  const rename = db.prepare('UPDATE token SET name = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM token WHERE id = ?');
  const use = db.prepare('UPDATE token SET last_used_at = ? WHERE id = ?');
  const checkName = (name: string, id: number): void => {
    if (taken.get(name, id) !== undefined) throw nameTaken(name);
  };
  const mustChange = (changes: number): void => {
    if (changes === 0) throw new RelayError('object.not_found', 'there is no such token');
  };
  return {
    tokens: async () => (list.all() as TokenRow[]).map(tokenOf),
    addToken: (token) =>
      writer.submit(() => {
        const id = ids.nextValue();
        checkName(token.name, id);
        const scopes = token.scopes.join(' ');
        const { name, digest, tail, createdAt, createdBy, expiresAt } = token;
        insert.run(id, name, digest, tail, scopes, createdAt, createdBy, expiresAt);
        return { ...token, id: formatId('tok', id), lastUsedAt: null };
      }),
    renameToken: (id, name) =>
      writer.submit(() => {
        checkName(name, rowOf(id));
        mustChange(rename.run(name, rowOf(id)).changes);
      }),
    removeToken: (id) =>
      writer.submit(() => {
        mustChange(remove.run(rowOf(id)).changes);
      }),
    noteTokenUse: (id, at) =>
      writer.submit(() => {
        use.run(at, rowOf(id));
      }),
  };
}
