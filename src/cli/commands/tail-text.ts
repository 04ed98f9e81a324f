// How a line of the live feed reads: for `tail` and the `--follow` of lists.

import { formatSpan } from '../../core/units.js';
import type { TailLine } from '../../http/wire/api-types.js';
import type { CliContext } from '../context.js';
import { paintState } from '../output/paint.js';
import { oneLine } from '../output/table.js';
import { showClock } from '../output/time.js';

/** One line for people. */
export function tailText(
  line: Exclude<TailLine, { kind: 'end' }>,
  context: Pick<CliContext, 'paint' | 'isTTY'>,
): string {
  const { paint } = context;
  if (line.kind === 'event') {
    const { event } = line;
    const about = [
      event.channels.map((channel) => `#${channel}`).join(' '),
      `by ${event.actor}`,
      event.incident,
    ];
    return [
      paint.dim(showClock(context, event.at)),
      paint.bold('event  '),
      event.type,
      oneLine(event.title),
      paint.dim(oneLine(about.filter(Boolean).join('  '))),
      paint.dim(event.id),
    ]
      .filter((part) => part !== '')
      .join('  ');
  }
  const took = line.duration_ms === null ? '' : ` in ${formatSpan(line.duration_ms)}`;
  return [
    paint.dim(showClock(context, line.at)),
    'attempt',
    line.event_type,
    `→ ${line.destination}`,
    `${[paintState(paint, line.outcome), oneLine(line.result)].filter(Boolean).join(' ')}${took}`,
    paint.dim(line.delivery),
  ].join('  ');
}
