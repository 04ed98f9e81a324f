// relay token: access tokens for the HTTP API over TCP. Made here, shown once, renamed, revoked.

import type { Command } from 'commander';
import { RelayError } from '../../core/errors.js';
import { parseSpan } from '../../core/units.js';
import type { CreatedToken, ListAnswer, TokenItem } from '../../http/wire/api-types.js';
import { SCOPES } from '../../model/access-token.js';
import { pathTo } from '../client.js';
import { addNoun, addVerb } from '../command.js';
import { type CliContext, hintNext } from '../context.js';
import { addListFlags, type ListOptions, listQuery } from '../list-flags.js';
import { confirm } from '../output/confirm.js';
import { printList } from '../output/list.js';
import { printDone, printObject } from '../output/object.js';
import { showInstant } from '../output/time.js';
import { oneOf } from './one-of.js';
import { collect } from './unset.js';

const REVOKING = { doing: 'revoking', does: 'revokes', done: 'revoked' };

interface CreateFlags {
  readonly scope?: readonly string[];
  readonly expires?: string;
}

export async function runTokenList(options: ListOptions, context: CliContext): Promise<void> {
  const page = await context.api.get<ListAnswer<TokenItem>>('/tokens', listQuery(options, context.now()));
  await printList(context, {
    ...page,
    searched: options.search,
    empty: 'no access tokens yet; the command line needs none, the API over TCP does',
    emptyNext: 'token create ci --scope webhooks --expires 90d',
    columns: [
      { title: 'name', kind: 'name', value: (token) => token.name },
      { title: 'scopes', value: (token) => token.scopes.join(', ') },
      { title: 'state', kind: 'state', value: (token) => token.state },
      { title: 'last used', kind: 'time', value: (token) => token.last_used_at },
      { title: 'expires', kind: 'time', value: (token) => token.expires_at },
      { title: 'ends in', value: (token) => `…${token.tail}` },
      { title: 'created', wide: true, kind: 'time', value: (token) => token.created_at },
      { title: 'by', wide: true, value: (token) => token.created_by },
    ],
  });
}

export async function runTokenShow(name: string, context: CliContext): Promise<void> {
  const token = await context.api.get<TokenItem>(pathTo('tokens', name));
  const instant = (at: string | null, none: string) => (at === null ? none : showInstant(context, at));
  printObject(context, {
    name: token.name,
    json: token,
    fields: [
      ['token', token.name],
      ['state', token.state],
      ['scopes', token.scopes.join(', ')],
      ['ends in', `…${token.tail} (the token itself is kept nowhere)`],
      ['created', `${instant(token.created_at, '')} by ${token.created_by}`],
      ['expires', instant(token.expires_at, 'never')],
      ['last used', instant(token.last_used_at, 'never')],
    ],
  });
}

/** `--scope read --scope webhooks` and `--scope read,webhooks` alike. @throws usage.invalid */
function scopesOf(given: readonly string[] | undefined): string[] {
  if (given === undefined) {
    throw new RelayError('usage.invalid', 'a token needs at least one --scope', {
      why: `it says what the token may do: ${SCOPES.join(', ')}`,
      fix: 'for example: --scope webhooks',
    });
  }
  return oneOf('--scope', given.join(','), SCOPES);
}

/** @throws usage.invalid */
function lifeMs(expires: string): number {
  const ms = parseSpan(expires);
  if (ms !== undefined && ms >= 1_000) return ms;
  throw new RelayError('usage.invalid', `--expires ${expires} is not a span of time`, {
    why: 'a number needs its unit: s, m, h, d, w',
    fix: 'for example: --expires 90d',
  });
}

export async function runTokenCreate(name: string, flags: CreateFlags, context: CliContext): Promise<void> {
  const scopes = scopesOf(flags.scope);
  const made = await context.api.post<CreatedToken>('/tokens', {
    name,
    scopes,
    ...(flags.expires === undefined ? {} : { expires_in_ms: lifeMs(flags.expires) }),
  });
  const until = made.expires_at === null ? '' : `, good until ${showInstant(context, made.expires_at)}`;
  const sentence = `created token ${name} (${made.scopes.join(', ')})${until}, shown once:\n  ${made.token}`;
  printDone(context, sentence, name, made);
  context.hint(
    'send it as: Authorization: Bearer <token>   what there is to call: /api/v1/openapi.json of the daemon',
  );
  hintNext(context, `token show ${name}`);
}

export async function runTokenRename(name: string, to: string, context: CliContext): Promise<void> {
  const token = await context.api.patch<TokenItem>(pathTo('tokens', name), { name: to });
  printDone(context, `renamed token ${name} to ${token.name}; it stays good`, token.name, token);
}

export async function runTokenRevoke(name: string, context: CliContext): Promise<void> {
  const path = pathTo('tokens', name);
  if (!context.yes) {
    const token = await context.api.get<TokenItem>(path);
    const used = token.last_used_at === null ? 'it was never used' : `last used ${token.last_used_at}`;
    await confirm(context, `token ${name}`, name, `what uses it is refused at once; ${used}`, REVOKING);
  }
  const token = await context.api.delete<TokenItem>(path);
  printDone(context, `revoked token ${name}; it is refused from now on`, name, token);
}

export function registerToken(program: Command, context: CliContext): void {
  const token = addNoun(program, 'token', 'Access tokens for the HTTP API: who may do what over TCP');
  addListFlags(
    addVerb(token, 'list', {
      summary: 'List access tokens: scopes, last used, when they end; never the tokens themselves',
      examples: ['relay token list', 'relay token list --sort last_used_at', 'relay token ls --search ci'],
    }),
    'tokens',
  ).action((options: ListOptions) => runTokenList(options, context));
  addVerb(token, 'show <name>', {
    summary: 'Show what a token may do and when it was last used',
    examples: ['relay token show terraform'],
  }).action((name: string) => runTokenShow(name, context));
  addVerb(token, 'create <name>', {
    summary: 'Create an access token; it is shown once',
    about:
      'Scopes: read (all lists and details) · ingest (post alerts and custom events) · incidents (acknowledge, resolve …) · webhooks (add, edit, pause, remove and send) · admin (all of it, and sources, channels, tokens). incidents and webhooks include read.',
    examples: [
      'relay token create terraform --scope webhooks --expires 90d',
      'relay token create wallboard --scope read',
      'relay token create ci --scope ingest,incidents',
    ],
    seeAlso: ['relay token revoke: ends one at once'],
  })
    .option('--scope <scope>', `what it may do: ${SCOPES.join(', ')}; may be repeated`, collect)
    .option('--expires <span>', 'how long it is good for: 90d; without it until it is revoked')
    .action((name: string, flags: CreateFlags) => runTokenCreate(name, flags, context));
  addVerb(token, 'rename <name> <new-name>', {
    summary: 'Give a token another name; it stays good',
    examples: ['relay token rename ci ci-staging'],
  }).action((name: string, to: string) => runTokenRename(name, to, context));
  addVerb(token, 'revoke <name>', {
    summary: 'Revoke a token: it is refused from the next request on',
    examples: ['relay token revoke ci', 'relay token revoke ci --yes'],
  }).action((name: string) => runTokenRevoke(name, context));
}
