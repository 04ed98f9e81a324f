// `integration add` and `edit`.

import { RelayError } from '../../../core/errors.js';
import type { ChangeAnswer } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { printDone } from '../../output/object.js';
import { printWarnings } from '../change-warnings.js';
import { type DeliveryFlags, deliverySpec } from '../delivery-flags.js';
import { filterChange } from '../filter-flags.js';
import { isReference, parseUrl } from '../flag-values.js';
import { withoutNulls, withUnset } from '../unset.js';

export interface IntegrationFlags extends DeliveryFlags {
  readonly channel?: string;
  readonly url?: string;
  readonly set?: readonly string[];
  readonly unset?: readonly string[];
}

const SECRET_SETTING = /token|secret|key|password|auth/i;
const KEY_PATTERN = /^[a-z][a-z0-9_]*$/;

/** `key=value` → key and value; `true`, `false` and whole numbers become what they say. @throws usage.invalid */
function parseSetting(given: string): [string, unknown] {
  const at = given.indexOf('=');
  const key = given.slice(0, at);
  const value = given.slice(at + 1);
  if (at < 1 || !KEY_PATTERN.test(key))
    throw new RelayError('usage.invalid', `"${given}" is not a setting`, {
      why: 'a setting is key=value',
      fix: 'see the settings of each kind: relay integration kinds',
    });
  if (SECRET_SETTING.test(key) && !isReference(value))
    throw new RelayError('usage.invalid', `the value of ${key} looks like a secret`, {
      why: 'flag values stay in the shell history and in the list of processes',
      fix: `put it into the daemon's environment and name it: --set ${key}=env:MY_SECRET`,
    });
  if (value === 'true' || value === 'false') return [key, value === 'true'];
  return [key, /^\d{1,9}$/.test(value) ? Number(value) : value];
}

/** What the flags say, in the config file's form. @throws usage.invalid */
function integrationChange(flags: IntegrationFlags): Record<string, unknown> {
  return {
    ...(flags.channel === undefined ? {} : { channel: flags.channel }),
    ...(flags.url === undefined ? {} : { url: parseUrl(flags.url) }),
    ...deliverySpec(flags),
    ...Object.fromEntries((flags.set ?? []).map(parseSetting)),
  };
}

export async function runIntegrationAdd(
  kind: string,
  name: string,
  flags: IntegrationFlags,
  context: CliContext,
): Promise<void> {
  const change = { ...integrationChange(flags), ...withoutNulls(await filterChange(flags, context)) };
  const { warnings } = await context.api.post<ChangeAnswer>('/integrations', { name, kind, ...change });
  const told = { name, ...(warnings === undefined ? {} : { warnings }) };
  printWarnings(told, context);
  const sentence = `added integration ${name} (active), ${kind} on channel ${flags.channel}`;
  printDone(context, sentence, name, told);
  hintNext(context, `integration test ${name}`);
}

export async function runIntegrationEdit(
  name: string,
  flags: IntegrationFlags,
  context: CliContext,
): Promise<void> {
  const unset = (flags.unset ?? []).flatMap((list) => list.split(','));
  // Which settings a kind has is the daemon's knowledge; it refuses what it does not know.
  const change = withUnset(
    { ...integrationChange(flags), ...(await filterChange(flags, context)) },
    unset,
    unset,
  );
  const answer = await context.api.patch<ChangeAnswer>(pathTo('integrations', name), change);
  printWarnings(answer, context);
  printDone(context, `changed integration ${name}: ${Object.keys(change).join(', ')}`, name, answer);
  hintNext(context, `integration test ${name}`);
}
