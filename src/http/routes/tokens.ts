// Access tokens: made, listed, renamed, revoked. The token itself is in the answer that makes it and in no other.

import { type AccessToken, isExpired, SCOPES, type Scope } from '../../model/access-token.js';
import { LISTS } from '../../model/lists.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import type { Runtime } from '../runtime.js';
import { notFound } from '../view/find.js';
import { type ListParameters, pageOfRows } from '../view/lists.js';
import type { TokenItem } from '../wire/api-types.js';
import { described, input, list, listQuery, name, oneOf, pageOf, ref } from '../wire/schema.js';

const TAG = 'tokens';
const LONGEST_LIFE_MS = 10 * 365 * 86_400_000;

type Named<Body = unknown> = ApiCall<unknown, Body, { name: string }>;
type Wanted = { name: string; scopes: Scope[]; expires_in_ms?: number };

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function tokenItem(token: AccessToken, now: number): TokenItem {
  return {
    id: token.id,
    name: token.name,
    scopes: [...token.scopes],
    state: isExpired(token, now) ? 'expired' : 'active',
    tail: token.tail,
    created_at: new Date(token.createdAt).toISOString(),
    created_by: token.createdBy,
    expires_at: instant(token.expiresAt),
    last_used_at: instant(token.lastUsedAt),
  };
}

const itemsOf = ({ tokens, clock }: Runtime): TokenItem[] =>
  tokens.list().map((token) => tokenItem(token, clock.now()));

export const TOKEN_ROUTES: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/tokens',
    scope: 'admin',
    tag: TAG,
    summary:
      'List access tokens: what they may do and when they were last used, never the tokens themselves.',
    query: listQuery('tokens'),
    answer: pageOf('Token'),
    handle: ({ runtime, query }: ApiCall<ListParameters>) =>
      pageOfRows(itemsOf(runtime), query, LISTS.tokens.sort),
  },
  {
    method: 'GET',
    path: '/tokens/:name',
    scope: 'admin',
    tag: TAG,
    summary: 'Show an access token, not its secret.',
    answer: ref('Token'),
    handle: ({ runtime, params }: Named) => {
      const items = itemsOf(runtime);
      const found = items.find((item) => item.name === params.name);
      const known = items.map((item) => item.name);
      return found ?? notFound('token', params.name, known);
    },
  },
  {
    method: 'POST',
    path: '/tokens',
    scope: 'admin',
    tag: TAG,
    summary: 'Create an access token. It is in this answer and never shown again.',
    body: input(
      {
        name,
        scopes: described(
          { ...list(oneOf(...SCOPES)), minItems: 1 },
          '`admin` includes all others, `incidents` and `webhooks` include `read`',
        ),
        expires_in_ms: described(
          { type: 'integer', minimum: 1_000, maximum: LONGEST_LIFE_MS },
          'How long it is good for; without it until it is revoked',
        ),
      },
      ['name', 'scopes'],
    ),
    answer: ref('CreatedToken'),
    status: 201,
    handle: async ({ runtime, body, caller }: ApiCall<unknown, Wanted>) => {
      const { name, scopes, expires_in_ms = null } = body;
      const { token, secret } = await runtime.tokens.create(name, scopes, expires_in_ms, caller.actor);
      return { ...tokenItem(token, runtime.clock.now()), token: secret };
    },
  },
  {
    method: 'PATCH',
    path: '/tokens/:name',
    scope: 'admin',
    tag: TAG,
    summary: 'Rename an access token; it stays good.',
    body: input({ name }, ['name']),
    answer: ref('Token'),
    handle: async ({ runtime, params, body }: Named<{ name: string }>) =>
      tokenItem(await runtime.tokens.rename(params.name, body.name), runtime.clock.now()),
  },
  {
    method: 'DELETE',
    path: '/tokens/:name',
    scope: 'admin',
    tag: TAG,
    summary: 'Revoke an access token: refused from the next request on, its live tails end.',
    answer: ref('Token'),
    handle: async ({ runtime, params }: Named) =>
      tokenItem(await runtime.tokens.revoke(params.name), runtime.clock.now()),
  },
];
