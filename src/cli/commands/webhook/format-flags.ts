// Flags that say what the body of a webhook looks like → the keys of its spec. Whether they go together is checked by the daemon.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { WebhookSpec } from '../../../config/spec.js';
import { RelayError } from '../../../core/errors.js';
import type { RelayCommand } from '../../command.js';
import { given } from '../flag-values.js';

export interface FormatFlags {
  readonly format?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly cloudeventsMode?: string;
  readonly cloudeventsSource?: string;
  readonly cloudeventsTypePrefix?: string;
  readonly maxEvents?: string;
  readonly linger?: string;
}

export const FORMAT_KEYS = [
  'format',
  'content_type',
  'body',
  'cloudevents',
  'max_events_per_request',
  'linger',
] as const;

export function addFormatFlags(command: RelayCommand): RelayCommand {
  return command
    .optionsGroup('Body:')
    .option(
      '--format <form>',
      'form of the body: standard (default), simple, squadcast, squadcast_v2, cloudevents or template',
    )
    .option('--body <template>', 'body for the format template; @file reads it from a file')
    .option('--content-type <type>', 'json (default), form, or for a template a media type')
    .option('--cloudevents-mode <mode>', 'structured (default), binary or batched')
    .option('--cloudevents-source <uri>', 'its attribute source; default: the URL of the source of the alert')
    .option('--cloudevents-type-prefix <text>', 'stands before the event type: org.example.relay.')
    .option('--max-events <count>', 'events in one request at most; formats standard and cloudevents')
    .option('--linger <span>', 'how long a request that is not full waits for more events') as RelayCommand;
}

/** @throws usage.invalid when the file cannot be read, or a number is none */
export function formatSpec(flags: FormatFlags, cwd: string): Partial<WebhookSpec> {
  const { format, contentType, body, maxEvents, linger } = flags;
  const cloudevents = given({
    mode: flags.cloudeventsMode,
    source: flags.cloudeventsSource,
    type_prefix: flags.cloudeventsTypePrefix,
  });
  return {
    ...(format === undefined ? {} : { format }),
    ...(contentType === undefined ? {} : { content_type: contentType }),
    ...(body === undefined
      ? {}
      : { body: body.startsWith('@') ? readBody(resolve(cwd, body.slice(1))) : body }),
    ...(Object.keys(cloudevents).length === 0 ? {} : { cloudevents }),
    ...(maxEvents === undefined ? {} : { max_events_per_request: countOf(maxEvents) }),
    ...(linger === undefined ? {} : { linger }),
  } as Partial<WebhookSpec>;
}

function countOf(given: string): number {
  if (/^\d{1,4}$/.test(given)) return Number(given);
  throw new RelayError('usage.invalid', `--max-events ${given} is not a number`, {
    why: 'it is the number of events that may share a request',
    fix: '--max-events 100',
  });
}

function readBody(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new RelayError('usage.invalid', `the file ${path} of the body cannot be read`, {
      why: (cause as Error).message,
      cause,
    });
  }
}
