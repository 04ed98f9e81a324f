// Kind `console`: a readable block on the daemon's own standard output. Useful on the first day and in containers' logs.

import { Chalk, type ChalkInstance } from 'chalk';
import type { RelayEvent } from '../../model/event.js';
import { announce } from '../announcement.js';
import type { Driver } from '../driver.js';

export interface ConsoleSettings {
  /** Colours; off by default because output may be a file. */
  readonly color?: boolean;
}

const coloured = new Chalk({ level: 1 });
const plain = new Chalk({ level: 0 });

/** Calm states are green, work in hand is yellow, the rest needs eyes. */
function paintOf(type: string, chalk: ChalkInstance): ChalkInstance {
  if (type === 'incident.resolved' || type === 'destination.recovered') return chalk.green;
  if (type === 'incident.triggered' || type.endsWith('.disabled') || type.endsWith('.failed'))
    return chalk.red;
  return chalk.yellow;
}

/** Control characters of an alert must not move the cursor or recolour a terminal; line ends and tabs stay. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

function block(event: RelayEvent, color: boolean, publicUrl: string): string {
  const chalk = color ? coloured : plain;
  const words = announce(event, publicUrl);
  const time = new Date(event.at).toISOString().slice(0, 19).replace('T', ' ');
  const title = withoutControls(words.title).replace(/\s+/g, ' ');
  const lines = withoutControls(words.text)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [
    `${chalk.dim(time)}  ${paintOf(event.type, chalk).bold(title)}`,
    ...lines.map((line) => `    ${line}`),
    `    ${chalk.dim(withoutControls(words.url))}`,
    '',
  ].join('\n');
}

export const consoleDriver: Driver<ConsoleSettings> = {
  kind: 'console',
  title: "The daemon's own output",
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: { color: { type: 'boolean', description: 'Colour the output. Default false.' } },
  },
  secretSettings: [],
  limits: { maxBodyBytes: 1_048_576 },
  build: (event, settings, context) => ({
    via: 'console',
    body: context.sentBody ?? block(event, settings.color === true, context.publicUrl),
  }),
  classify: (response) =>
    response.error === null
      ? { kind: 'delivered', reason: 'written' }
      : { kind: 'retry', reason: response.error.message, afterMs: null, throttled: false },
  displayUrl: () => 'daemon output',
};
