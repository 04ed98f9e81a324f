// Flags of `webhook add|edit` → an object in the config file's form. Checks what can be checked without the daemon; it validates the whole.

import { nearestName } from '../../../core/nearest.js';
import { NO_WEBHOOK_METHODS, WEBHOOK_METHODS } from '../../../model/webhook-methods.js';
import type { CliContext } from '../../context.js';
import { type DeliveryFlags, deliverySpec } from '../delivery-flags.js';
import { filterChange } from '../filter-flags.js';
import { parseUrl, wrong } from '../flag-values.js';
import { type FormatFlags, formatSpec } from './format-flags.js';
import { type TrustFlags, trustSpec } from './trust-flags.js';

export interface WebhookFlags extends DeliveryFlags, FormatFlags, TrustFlags {
  readonly url?: readonly string[];
  readonly method?: string;
  readonly description?: string;
  readonly failureEmail?: readonly string[];
}

type Fields = Record<string, unknown>;
type Method = 'POST' | 'PUT' | 'PATCH';

function parseMethod(text: string): Method {
  const method = text.toUpperCase();
  if (!WEBHOOK_METHODS.includes(method)) {
    const never = Object.hasOwn(NO_WEBHOOK_METHODS, method) ? `${NO_WEBHOOK_METHODS[method]}; ` : '';
    const near = nearestName(method, WEBHOOK_METHODS);
    throw wrong(
      `webhooks cannot be sent with ${text}`,
      `${never}the methods are ${WEBHOOK_METHODS.join(', ')}`,
      `--method ${never === '' ? (near ?? 'POST') : 'POST'}`,
    );
  }
  return method as Method;
}

function urlsOf(flags: WebhookFlags): Fields {
  const method = flags.method === undefined ? undefined : parseMethod(flags.method);
  if (flags.url)
    return { urls: flags.url.map((url) => ({ url: parseUrl(url), ...(method ? { method } : {}) })) };
  if (!method) return {};
  throw wrong('--method needs --url', 'each URL has its own method', '--url https://host/path --method PUT');
}

/** What `webhook edit` changes: only what was given; null removes. Secrets are asked for last. @throws usage.invalid */
export async function webhookChange(flags: WebhookFlags, context: CliContext): Promise<Fields> {
  const { description, failureEmail } = flags;
  return {
    ...urlsOf(flags),
    ...deliverySpec(flags),
    ...(description === undefined ? {} : { description }),
    ...(failureEmail === undefined ? {} : { failure_email: failureEmail.flatMap((list) => list.split(',')) }),
    ...formatSpec(flags, context.cwd),
    ...(await filterChange(flags, context)),
    ...(await trustSpec(flags, context)),
  };
}

/** @throws usage.invalid */
export function requireUrl(name: string, { url }: WebhookFlags): void {
  if (url && url.length > 0) return;
  throw wrong(
    'a webhook needs a URL',
    '--url was not given',
    `relay webhook add ${name} --url https://host/path`,
  );
}
