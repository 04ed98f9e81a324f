// `webhook add`, `edit` and `rotate-secret`: what changes a webhook, and the one moment its secret is shown.

import type { WebhookSpec } from '../../../config/spec.js';
import { RelayError } from '../../../core/errors.js';
import { formatSpan, parseSpan } from '../../../core/units.js';
import type { ChangeAnswer, RotationAnswer, SecretAnswer } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { confirm } from '../../output/confirm.js';
import { asInvoked } from '../../output/error.js';
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
  const given = [spec.secret ?? [], spec.private_key ?? []].flat();
  const own = spec.signature === 'none' ? 'not signed' : `signed with ${given.map(secretName).join(' and ')}`;
  const secret = newKeyText(answer) ?? own;
  printWarnings(answer, context);
  printDone(context, `added webhook ${name} (active), ${urls}, ${secret}`, name, answer);
  hintNext(context, `webhook test ${name}`);
}

/** A secret that was typed is not printed. */
const secretName = (secret: string): string => (isReference(secret) ? secret : 'the secret you gave');

/** The secret that is shown once, the public key that may be known to all; null when neither was made. */
function newKeyText({ secret = null, public_key: publicKey }: ChangeAnswer): string | null {
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
  const made = newKeyText(answer);
  const changed = `changed webhook ${name}: ${Object.keys(change).join(', ')}`;
  printDone(context, made === null ? changed : `${changed}; ${made}`, name, answer);
  hintNext(context, `webhook test ${name}`);
}

/** @param overlap `24h`, or `0s` to end every old key at once, which is asked about. @throws usage.invalid, usage.confirmation_required */
export async function runWebhookRotate(name: string, overlap: string, context: CliContext): Promise<void> {
  const overlapMs = parseSpan(overlap);
  if (overlapMs === undefined)
    throw new RelayError('usage.invalid', `--overlap ${overlap} is not a span of time`, {
      why: 'a number needs its unit: s, m, h, d',
      fix: '--overlap 24h, or --overlap 0s to end every old secret at once',
    });
  if (overlapMs === 0) {
    const deed = { doing: 'ending', does: 'ends', done: 'ended' };
    const consequence = 'receivers refuse what is sent until they have the new ones';
    await confirm(context, `every signing key of webhook ${name}`, name, consequence, deed);
  }
  const path = pathTo('webhooks', name, 'rotate-secret');
  const answer = await context.api.post<RotationAnswer>(path, { overlap_ms: overlapMs });
  printDone(context, rotationText(answer, overlapMs, context), name, answer);
  const older = answer.rotated.some((one) => one.older > 1);
  hintNext(context, ...(older ? [`webhook show ${name}`] : []), `webhook test ${name}`);
}

/** What became of the keys before: an overlap that was promised earlier stays as it is, unless all are ended. */
function oldKeysText(older: number, overlapMs: number): string {
  if (overlapMs === 0 || older === 0) return 'every old one ended';
  const last = `the old one ends in ${formatSpan(overlapMs)}`;
  return older === 1 ? last : `${last}, ${older - 1} older when promised before`;
}

/** Each scheme in turn: its new key, or why there is none and how it is rotated. */
function rotationText(answer: RotationAnswer, overlapMs: number, context: CliContext): string {
  const { name, secret, public_key: publicKey } = answer;
  const made = answer.rotated.map(({ scheme, older }) => {
    const old = oldKeysText(older, overlapMs);
    return scheme === 'v1'
      ? `new signing secret of webhook ${name} (v1), shown once; ${old}:\n  ${secret}`
      : `new public key of webhook ${name} (v1a); ${old}:\n  ${publicKey}`;
  });
  const kept = answer.not_rotated.map(({ scheme, why, fix }) => {
    const what = scheme === 'v1' ? 'secret (v1)' : 'key (v1a)';
    return `NOT rotated: the signing ${what}: ${why}\n  to rotate it, ${asInvoked(fix, context.invokedAs)}`;
  });
  return [...made, ...kept].join('\n');
}
