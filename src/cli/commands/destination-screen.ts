// What the screens of integrations and webhooks share: which events, tries and pace in words, and how a screen with sections is laid out.

import { formatSpan } from '../../core/units.js';
import type {
  DestinationItem,
  IntegrationDetail,
  Treatment,
  WebhookItem,
} from '../../http/wire/api-types.js';
import type { CliContext } from '../context.js';
import { alignFields, type Field, type Section } from '../output/object.js';
import { showTime } from '../output/time.js';
import { filterFields } from './filter-flags.js';

/** Of labels: values stand in one column through the whole screen, sections being indented by two. */
const LABEL_WIDTH = 14;
/** More delays than these are told by the first ones and the last. */
const SHOWN_DELAYS = 9;

/** A section of labels and values, aligned with the rest of the screen. */
export function fieldSection(
  context: Pick<CliContext, 'paint'>,
  title: string,
  fields: readonly Field[],
): Section {
  const lines = alignFields(context, fields, LABEL_WIDTH - 2).flatMap((line) => line.split('\n'));
  return { title, lines };
}

const plural = (count: number, one: string): string => (count === 1 ? `1 ${one}` : `${count} ${one}s`);

function retryText({ preset, delays_ms: delays, jitter, on }: Treatment['retry']): string {
  if (delays.length === 0) return 'none: one try';
  const spans = delays.map(formatSpan);
  const shown =
    spans.length <= SHOWN_DELAYS ? spans : [...spans.slice(0, SHOWN_DELAYS - 1), '…', spans.at(-1) as string];
  const later = jitter === 0 ? '' : `, each up to ${Math.round(jitter * 100)} % later`;
  const what =
    on === 'transient'
      ? 'tried again only after network failures, 408, 425, 429 and 5xx'
      : 'tried again after every answer but 2xx and 410, and after none';
  return `${delays.length}${preset === null ? '' : ` (${preset})`}: after ${shown.join(', ')}${later}\n${what}`;
}

function circuitText(circuit: Treatment['circuit']): string {
  if (circuit === null) return 'off: it is never probed';
  const { failures, probe_ms: probe, max_probe_ms: most } = circuit;
  return `${failures} failures in a row, then one probe at a time: after ${formatSpan(probe)}, at most ${formatSpan(most)} apart`;
}

function disableText(rule: Treatment['disable_after']): string {
  if (rule === null) return 'never for failing alone; 410 does';
  return rule.failures === null
    ? `after failing for ${formatSpan(rule.span_ms ?? 0)}, or 410`
    : `after ${rule.failures} failures in a row, or 410`;
}

/** Every rule of how requests are tried and paced, defaults too: at night nobody remembers those. */
export function treatmentSection(item: Treatment, context: Pick<CliContext, 'paint'>): Section {
  const { redelivery, give_up_after_ms: giveUp } = item;
  return fieldSection(context, 'Tries and pace', [
    ['timeout', formatSpan(item.timeout_ms)],
    ['retries', retryText(item.retry)],
    [
      'redelivery',
      redelivery === null
        ? 'none: what failed is not taken up again by itself'
        : `at "${redelivery.schedule}", what is not older than ${formatSpan(redelivery.max_age_ms)}`,
    ],
    ['gives up', giveUp === null ? 'never by age alone' : `after ${formatSpan(giveUp)}`],
    ['rate', item.rate === null ? 'no limit' : `${item.rate}, never more`],
    ['at once', plural(item.concurrency, 'request')],
    ['circuit', circuitText(item.circuit)],
    ['disabled', disableText(item.disable_after)],
  ]);
}

/** `events`, and the filter and condition in words. */
export function wantedFields(
  item: Pick<DestinationItem, 'events'> & Parameters<typeof filterFields>[0],
): Field[] {
  return [['events', item.events.join('\n')], ...filterFields(item)];
}

/** `3m ago, answered 503`; `never`. */
export function lastTriggered(
  item: Pick<DestinationItem, 'last_triggered_at' | 'last_result'>,
  context: Pick<CliContext, 'isTTY' | 'now'>,
): string {
  if (item.last_triggered_at === null) return 'never';
  const result = item.last_result === '' ? '' : `, result ${item.last_result}`;
  return `${showTime(context, item.last_triggered_at)}${result}`;
}

/** `2 waiting, 1 failed`, in the words of `status` and `delivery list`. */
export function backlogText(item: Pick<IntegrationDetail, 'waiting' | 'held' | 'failed' | 'dead'>): string {
  const words = ['waiting', 'held', 'failed', 'dead'] as const;
  const parts = words.filter((word) => item[word] > 0).map((word) => `${item[word]} ${word}`);
  return parts.length === 0 ? 'none waiting, none failed' : parts.join(', ');
}

/** Said wherever a webhook that takes any certificate is shown or tried. */
export function warnUnverified({ verify_ssl }: Pick<WebhookItem, 'verify_ssl'>, context: CliContext): void {
  if (verify_ssl) return;
  const warning = context.paintErr.yellow('warning:');
  context.hint(`${warning} verify_ssl is off: what is sent can be read and changed on the way`);
}
