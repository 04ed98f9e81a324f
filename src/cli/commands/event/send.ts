// `event send`: an event of the user's own.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { RelayError } from '../../../core/errors.js';
import type { SendAnswer } from '../../../http/wire/api-types.js';
import { isEventType } from '../../../model/event-types.js';
import { type CliContext, hintNext } from '../../context.js';
import { printDone } from '../../output/object.js';

export interface EventSendFlags {
  readonly channel?: string;
  readonly data: string;
}

/** JSON text of `--data`, checked: given as it is, `@file`, or `-` for stdin. @throws usage.invalid with where the text came from */
async function readData(given: string, context: CliContext): Promise<string> {
  const from = given === '-' ? 'stdin' : given.startsWith('@') ? given.slice(1) : '--data';
  const content = await readText(given, context);
  try {
    JSON.parse(content);
    return content.trim();
  } catch (error) {
    throw new RelayError('usage.invalid', `${from} holds no JSON`, {
      why: (error as Error).message,
      fix: `for example: --data '{"version":"1.4.2"}', --data @file.json, or --data -`,
      cause: error,
    });
  }
}

async function readText(given: string, context: CliContext): Promise<string> {
  if (given === '-') return text(context.stdin);
  if (!given.startsWith('@')) return given;
  const path = resolve(context.cwd, given.slice(1));
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RelayError('usage.invalid', `${given.slice(1)} cannot be read`, {
      why: error.code === 'ENOENT' ? `there is no file ${path}` : error.message,
      fix: 'look at the path after the @',
      cause: error,
    });
  });
}

const deliveries = (count: number): string => (count === 1 ? '1 delivery' : `${count} deliveries`);

export async function runEventSend(type: string, flags: EventSendFlags, context: CliContext): Promise<void> {
  if (!isEventType(type))
    throw new RelayError('usage.invalid', `"${type}" is not an event type`, {
      why: 'a type is area.name: lower case letters, digits and _, at least one dot',
      fix: 'for example: relay event send deploy.finished --channel ops',
    });
  const data = await readData(flags.data, context);
  const body = `{"type":${JSON.stringify(type)},"channel":${JSON.stringify(flags.channel ?? null)},"data":${data}}`;
  const answer = await context.api.post<SendAnswer>('/events', body);
  const sentence = `sent ${type} as ${answer.event}, ${deliveries(answer.deliveries)}`;
  printDone(context, sentence, answer.event, answer);
  if (answer.deliveries === 0)
    context.hint('no destination subscribes to it; it is kept and can be replayed');
  hintNext(context, answer.deliveries === 0 ? 'integration list' : `delivery list --event ${answer.event}`);
}
