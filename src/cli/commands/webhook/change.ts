// `webhook add`, `edit` and `rotate-secret`: what changes a webhook, and the one moment its secret is shown.

import type { WebhookSpec } from '../../../config/spec.js';
import { RelayError } from '../../../core/errors.js';
import { formatSpan, parseSpan } from '../../../core/units.js';
import type { ChangeAnswer, SecretAnswer } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { confirm } from '../../output/confirm.js';
import { printDone } from '../../output/object.js';
import { printWarnings } from '../change-warnings.js';
import { isReference } from '../flag-values.js';
import { withoutNulls, withUnset } from '../unset.js';
import { FORMAT_KEYS } from './format-flags.js';
import { requireUrl, type WebhookFlags, webhookChange } from './spec.js';
import { TRUST_KEYS } from './trust-flags.js';

/** Every key but the name and the URLs. */
export const UNSETTABLE = [
  'description',
  'failure_email',
  'headers',
  'events',
  'filter',
  'when',
  ...FORMAT_KEYS,
  ...TRUST_KEYS,
  'timeout',
  'retry',
  'give_up_after',
  'redelivery',
  'rate',
  'concurrency',
  'circuit',
  'disable_after',
] as const;

export async function runWebhookAdd(name: string, flags: WebhookFlags, context: CliContext): Promise<void> {
  requireUrl(name, flags);
  const spec = { name, ...withoutNulls(await webhookChange(flags, context)) } as unknown as WebhookSpec;
  const answer = await context.api.post<SecretAnswer>('/webhooks', spec);
  const urls = spec.urls.length === 1 ? '1 url' : `${spec.urls.length} urls`;
  const own = spec.signature === 'none' ? 'not signed' : `signed with ${secretName(spec.secret)}`;
  const secret = newKeyText(answer) ?? own;
  printWarnings(answer, context);
  printDone(context, `added webhook ${name} (active), ${urls}, ${secret}`, name, answer);
  hintNext(context, `webhook test ${name}`);
}

/** A secret that was typed is not printed. */
function secretName(secret: string | undefined): string {
  if (secret === undefined) return 'its own secret';
  return isReference(secret) ? secret : 'the secret you gave';
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
  const change = withUnset(await webhookChange(flags, context), flags.unset, UNSETTABLE);
  const answer = await context.api.patch<ChangeAnswer>(pathTo('webhooks', name), change);
  printWarnings(answer, context);
  printDone(context, `changed webhook ${name}: ${Object.keys(change).join(', ')}`, name, answer);
  hintNext(context, `webhook test ${name}`);
}

/** @param overlap `24h`, or `0s` to end the old secret at once, which is asked about. @throws usage.invalid, usage.confirmation_required */
export async function runWebhookRotate(name: string, overlap: string, context: CliContext): Promise<void> {
  const overlapMs = parseSpan(overlap);
  if (overlapMs === undefined)
    throw new RelayError('usage.invalid', `--overlap ${overlap} is not a span of time`, {
      why: 'a number needs its unit: s, m, h, d',
      fix: '--overlap 24h, or --overlap 0s to end the old secret at once',
    });
  if (overlapMs === 0) {
    const deed = { doing: 'ending', does: 'ends', done: 'ended' };
    const consequence = 'receivers refuse what is sent until they have the new ones';
    await confirm(context, `the signing keys of webhook ${name}`, name, consequence, deed);
  }
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
