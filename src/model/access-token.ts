// Access tokens of the HTTP API: what one may do, and what is kept of one. The token itself is kept nowhere; only its digest is.

/** What a token may be for. `admin` includes all others, `incidents` and `webhooks` include `read`. */
export const SCOPES = ['read', 'ingest', 'incidents', 'webhooks', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Every token begins with it: people and scanners of leaked secrets know it by that. */
export const TOKEN_PREFIX = 'rly_';

export interface AccessToken {
  /** `tok_…` */
  readonly id: string;
  /** Unique among those that are not revoked. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The last four characters of the token: enough to recognise it, too little to use it. */
  readonly tail: string;
  /** ms UTC, as all instants here. */
  readonly createdAt: number;
  /** Who made it: `cli:dana`, `api:terraform`. */
  readonly createdBy: string;
  /** From this instant on it is refused; null: it does not end by itself. */
  readonly expiresAt: number | null;
  /** To the minute; null: never used. */
  readonly lastUsedAt: number | null;
}

export const isExpired = ({ expiresAt }: AccessToken, now: number): boolean =>
  expiresAt !== null && expiresAt <= now;

/** Whether these scopes cover the needed one. */
export function allows(scopes: ReadonlySet<Scope>, needed: Scope): boolean {
  if (scopes.has(needed) || scopes.has('admin')) return true;
  return needed === 'read' && (scopes.has('incidents') || scopes.has('webhooks'));
}
