// Flags that every destination has: how long a request may take, when it is tried again, how gently the destination is treated. What one
// setting has several flags for is one key of the spec: given any of them, the others go back to their defaults.

import { nearestName } from '../../core/nearest.js';
import type { RelayCommand } from '../command.js';
import { given, numberValue, spanValue, wrong } from './flag-values.js';

export interface PaceFlags {
  readonly timeout?: string;
  readonly retries?: string;
  readonly retryOn?: string;
  readonly retryBase?: string;
  readonly retryFactor?: string;
  readonly retryJitter?: string;
  readonly giveUpAfter?: string;
  readonly redelivery?: string;
  readonly redeliveryMaxAge?: string;
  readonly rate?: string;
  readonly concurrency?: string;
  readonly circuit?: string;
  readonly disableAfter?: string;
}

type Fields = Record<string, unknown>;

const PRESET = 'standard-webhooks';
const CIRCUIT_PARTS = ['failures', 'probe', 'max_probe'];

export function addPaceFlags(command: RelayCommand): RelayCommand {
  return command
    .optionsGroup('Tries:')
    .option('--timeout <span>', 'total time of one request: 15s')
    .option('--retries <n>', `retries after the first try (default 3), or the preset ${PRESET}`)
    .option('--retry-on <what>', 'all (default), or transient: only network failures, 408, 425, 429 and 5xx')
    .option('--retry-base <span>', 'delay before the first retry (default 5s)')
    .option('--retry-factor <n>', 'growth from retry to retry (default 4)')
    .option('--retry-jitter <share>', 'random share added to a delay, 0 to 1 (default 0.2)')
    .option('--give-up-after <span>', 'give up what was not delivered for so long: 3d')
    .option('--redelivery <cron>', 'its own sweep over failed deliveries: "0 * * * *"; or none')
    .option('--redelivery-max-age <span>', 'what is older is not taken up again: 3d')
    .optionsGroup('Pace and trouble:')
    .option('--rate <n/span>', 'requests at most: 10/s, 100/1m')
    .option('--concurrency <n>', 'requests under way at once (default 16)')
    .option(
      '--circuit <parts>',
      'when it is probed: failures=5,probe=5s,max_probe=1m, any of them; or none: never',
    )
    .option(
      '--disable-after <span or n>',
      'disable it when it failed for so long (5d), or so often in a row (50)',
    ) as RelayCommand;
}

function retryOf({ retries, retryOn, retryBase, retryFactor, retryJitter }: PaceFlags): unknown {
  const rest = given({
    on: retryOn,
    base: retryBase === undefined ? undefined : spanValue('retry-base', retryBase, '5s'),
    factor: retryFactor === undefined ? undefined : numberValue('retry-factor', retryFactor, '4'),
    jitter: retryJitter === undefined ? undefined : numberValue('retry-jitter', retryJitter, '0.2'),
  });
  const isAlone = Object.keys(rest).length === 0;
  if (retries === undefined) return isAlone ? undefined : rest;
  if (retries === PRESET) return isAlone ? PRESET : { preset: PRESET, ...rest };
  if (!/^\d{1,3}$/.test(retries))
    throw wrong(`--retries ${retries} is not a number`, `it is a number, or ${PRESET}`, '--retries 3');
  return { max: Number(retries), ...rest };
}

function redeliveryOf({ redelivery, redeliveryMaxAge: maxAge }: PaceFlags): unknown {
  if (redelivery === 'none') {
    if (maxAge === undefined) return false;
    throw wrong(
      '--redelivery none has no age',
      'without a sweep nothing is taken up again',
      'leave --redelivery-max-age out',
    );
  }
  if (redelivery === undefined && maxAge === undefined) return undefined;
  return given({
    schedule: redelivery,
    max_age: maxAge === undefined ? undefined : spanValue('redelivery-max-age', maxAge, '3d'),
  });
}

/** `failures=3,probe=10s` → a map; `none` → false. */
function circuitOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (text === 'none') return false;
  const example = '--circuit failures=3,probe=10s, or --circuit none';
  const parts = text.split(',').map((part): [string, unknown] => {
    const [key = '', value = ''] = part.split('=').map((each) => each.trim());
    if (!CIRCUIT_PARTS.includes(key) || value === '') {
      const near = nearestName(key, CIRCUIT_PARTS);
      const known = `it is made of ${CIRCUIT_PARTS.join(', ')}`;
      throw wrong(
        `"${part}" is no part of a circuit`,
        known,
        near && near !== key ? `did you mean ${near}?` : example,
      );
    }
    return [
      key,
      key === 'failures' ? numberValue('circuit failures', value, '5') : spanValue('circuit', value, example),
    ];
  });
  return Object.fromEntries(parts);
}

/** Whether the parts fit, and into which bounds, the daemon says. @throws usage.invalid */
export function paceSpec(flags: PaceFlags): Fields {
  const { timeout, giveUpAfter, rate, concurrency, circuit, disableAfter } = flags;
  return given({
    timeout: timeout === undefined ? undefined : spanValue('timeout', timeout, '15s'),
    retry: retryOf(flags),
    give_up_after: giveUpAfter === undefined ? undefined : spanValue('give-up-after', giveUpAfter, '3d'),
    redelivery: redeliveryOf(flags),
    rate,
    concurrency: concurrency === undefined ? undefined : numberValue('concurrency', concurrency, '4'),
    circuit: circuitOf(circuit),
    disable_after:
      disableAfter !== undefined && /^\d+$/.test(disableAfter) ? Number(disableAfter) : disableAfter,
  });
}
