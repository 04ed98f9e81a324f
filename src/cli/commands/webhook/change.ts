// `webhook add`, `edit` and `rotate-secret`: what changes a webhook, and the one moment its secret is shown.

import { RelayError } from '../../../core/errors.js';
import { formatSpan, parseSpan } from '../../../core/units.js';
import type { SecretAnswer } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { printDone } from '../../output/object.js';
import { warnOfEvents } from '../destination-verbs.js';
import { filterChange } from '../filter-flags.js';
import { withoutNulls, withUnset } from '../unset.js';
import { FORMAT_KEYS, formatSpec } from './format-flags.js';
import { type WebhookFlags, webhookChange, webhookSpec } from './spec.js';

export const UNSETTABLE = [
  'events',
  'filter',
  'when',
  'headers',
  'timeout',
  'retry',
  'redelivery',
  ...FORMAT_KEYS,
  'description',
  'failure_email',
  'secret',
  'verify_ssl',
  'signature',
  'private_key',
  'hmac',
  'auth',
  'tls',
  'proxy',
  'concurrency',
] as const;

export async function runWebhookAdd(name: string, flags: WebhookFlags, context: CliContext): Promise<void> {
  const spec = {
    ...webhookSpec(name, flags),
    ...formatSpec(flags, context.cwd),
    ...withoutNulls(await filterChange(flags, context)),
  };
  const answer = await context.api.post<SecretAnswer>('/webhooks', spec);
  const urls = spec.urls.length === 1 ? '1 url' : `${spec.urls.length} urls`;
  const own = spec.signature === 'none' ? 'not signed' : `signed with ${spec.secret ?? 'its own secret'}`;
  const secret = newKeyText(answer) ?? own;
  warnOfEvents(spec.events, context);
  warnUnverified(spec.verify_ssl, context);
  printDone(context, `added webhook ${name} (active), ${urls}, ${secret}`, name, answer);
  hintNext(context, `webhook test ${name}`);
}

function warnUnverified(verifySsl: unknown, context: CliContext): void {
  if (verifySsl !== false) return;
  const warning = context.paintErr.yellow('warning:');
  context.hint(`${warning} certificates are not checked: what is sent can be read and changed on the way`);
}

/** The secret that is shown once, the public key that may be known to all; null when neither was made. */
function newKeyText({ secret, public_key: publicKey }: SecretAnswer): string | null {
  const parts = [
    ...(secret === null ? [] : [`signing secret shown once:\n  ${secret}`]),
    ...(publicKey === undefined ? [] : [`public key for the receiver:\n  ${publicKey}`]),
  ];
  return parts.length === 0 ? null : parts.join('\n');
}

export async function runWebhookEdit(
  name: string,
  flags: WebhookFlags & { readonly unset?: readonly string[] },
  context: CliContext,
): Promise<void> {
  const change = withUnset(
    {
      ...webhookChange(flags),
      ...formatSpec(flags, context.cwd),
      ...(await filterChange(flags, context)),
    },
    flags.unset,
    UNSETTABLE,
  );
  await context.api.patch(pathTo('webhooks', name), change);
  warnOfEvents(change.events, context);
  warnUnverified(change.verify_ssl, context);
  printDone(context, `changed webhook ${name}: ${Object.keys(change).join(', ')}`, name, { name });
  hintNext(context, `webhook test ${name}`);
}

/** @param overlap `24h`, or `0s` to end the old secret at once. @throws usage.invalid */
export async function runWebhookRotate(name: string, overlap: string, context: CliContext): Promise<void> {
  const overlapMs = parseSpan(overlap);
  if (overlapMs === undefined)
    throw new RelayError('usage.invalid', `--overlap ${overlap} is not a span of time`, {
      why: 'a number needs its unit: s, m, h, d',
      fix: '--overlap 24h, or --overlap 0s to end the old secret at once',
    });
  const answer = await context.api.post<SecretAnswer>(pathTo('webhooks', name, 'rotate-secret'), {
    overlap_ms: overlapMs,
  });
  const old = overlapMs === 0 ? 'the old one ended' : `the old one ends in ${formatSpan(overlapMs)}`;
  const { secret, public_key: publicKey } = answer;
  const made = [
    ...(secret === null ? [] : [`new signing secret of webhook ${name}, shown once; ${old}:\n  ${secret}`]),
    ...(publicKey === undefined ? [] : [`new public key of webhook ${name}; ${old}:\n  ${publicKey}`]),
  ];
  const sentence = made.join('\n');
  printDone(context, sentence, name, answer);
  hintNext(context, `webhook test ${name}`);
}
