// An empty answer to a filter by name is either true or a typing mistake: this tells them apart.

import { pathTo } from '../client.js';
import type { CliContext } from '../context.js';

type Named = 'webhook' | 'integration' | 'source' | 'service' | 'channel';

/** Asks for the object, so that the daemon suggests the nearest name. @throws object.not_found */
export async function mustExist(noun: Named, name: string | undefined, context: CliContext): Promise<void> {
  if (name !== undefined) await context.api.get(pathTo(`${noun}s`, name));
}

/** @param ref `webhook/crm`, `webhook/crm#2`, `integration/wallboard`. @throws object.not_found */
export async function destinationMustExist(ref: string | undefined, context: CliContext): Promise<void> {
  const [, noun, name] = /^(webhook|integration)\/([^#]+)/.exec(ref ?? '') ?? [];
  if (noun !== undefined) await mustExist(noun as Named, name, context);
}
