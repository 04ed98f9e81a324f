// Kind `console`: a readable block on the daemon's own standard output. Useful on the first day and in containers' logs.

import { announce } from '../../model/announcement.js';
import type { RelayEvent } from '../../model/event.js';
import type { Driver } from '../driver.js';

export interface ConsoleSettings {
  /** Colours; off by default because output may be a file. */
  readonly color?: boolean;
}

/** SGR codes (ECMA-48 §8.3.117): driver output is data, so it does not depend on what kind of terminal the daemon has. */
const STYLES = { dim: 2, red: 31, green: 32, yellow: 33 } as const;
type Style = keyof typeof STYLES;

function paint(style: Style, text: string, color: boolean): string {
  return color ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
}

/** Calm states are green, work in hand is yellow, the rest needs eyes. */
function styleOf(type: string): Style {
  if (type === 'incident.resolved' || type === 'destination.recovered') return 'green';
  return type === 'incident.triggered' || type.endsWith('.disabled') || type.endsWith('.failed')
    ? 'red'
    : 'yellow';
}

/** Control characters of an alert must not move the cursor, recolour a terminal or turn the order of a line round (UAX #9); line ends and tabs stay. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
}

function block(event: RelayEvent, color: boolean): string {
  const words = announce(event, 'console');
  const time = new Date(event.at).toISOString().slice(0, 19).replace('T', ' ');
  const title = withoutControls(words.title).replace(/\s+/g, ' ');
  const lines = withoutControls(words.text)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [
    `${paint('dim', time, color)}  ${paint(styleOf(event.type), title, color)}`,
    ...lines.map((line) => `    ${line}`),
    ...(words.url === '' ? [] : [`    ${paint('dim', withoutControls(words.url), color)}`]),
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
    body: context.sentBody ?? block(event, settings.color === true),
  }),
  classify: (response) =>
    response.error === null
      ? { kind: 'delivered', reason: 'written' }
      : { kind: 'retry', reason: response.error.message, afterMs: null, throttled: false },
  displayUrl: () => 'daemon output',
};
