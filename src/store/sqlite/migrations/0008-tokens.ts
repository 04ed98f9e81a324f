// Schema version 8: access tokens of the HTTP API. See docs/decisions/0014-access-tokens.md.

export const tokens = `
-- digest is SHA-256 of the token in hexadecimal; scopes are words with spaces between.
CREATE TABLE token (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, digest TEXT NOT NULL UNIQUE, tail TEXT NOT NULL, scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL, created_by TEXT NOT NULL, expires_at INTEGER, last_used_at INTEGER
) STRICT;
`;
