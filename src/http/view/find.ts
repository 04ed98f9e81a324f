// Finding what a URL names. Everything not found says so the same way, with the nearest name.

import { RelayError } from '../../core/errors.js';
import { suggestion } from '../../core/nearest.js';
import type { Destination, Noun, Topology } from '../../model/topology.js';
import type { Runtime } from '../runtime.js';

/** @throws RelayError object.not_found (or `code`) */
export function notFound(
  noun: string,
  name: string,
  known: Iterable<string>,
  code: 'object.not_found' | 'pack.not_found' = 'object.not_found',
): never {
  throw new RelayError(code, `there is no ${noun} "${name}"`, {
    fix: suggestion(name, known) ?? `see: relay ${noun} list`,
  });
}

/** @throws RelayError object.not_found */
export function findIn<Item>(noun: Noun, map: ReadonlyMap<string, Item>, name: string): Item {
  return map.get(name) ?? notFound(noun, name, map.keys());
}

/** The destinations of one integration (one) or webhook (one per URL), first URL first. */
function destinationsOf(topology: Topology, noun: 'integration' | 'webhook', name: string): Destination[] {
  return [...topology.destinations.values()].filter((one) => one.noun === noun && one.name === name);
}

/** @throws RelayError object.not_found */
export function findDestinations(
  topology: Topology,
  noun: 'integration' | 'webhook',
  name: string,
): Destination[] {
  const found = destinationsOf(topology, noun, name);
  if (found.length > 0) return found;
  const all = [...topology.destinations.values()].filter((one) => one.noun === noun);
  return notFound(noun, name, new Set(all.map((one) => one.name)));
}

/** `webhook/crm` stands for all URLs of that webhook. */
export function coversRef(named: string, ref: string): boolean {
  return ref === named || ref.startsWith(`${named}#`);
}

/** The object in the config file's form, wherever it was defined; empty when it is not known. */
export async function specOf(
  runtime: Runtime,
  noun: Noun,
  name: string,
): Promise<Readonly<Record<string, unknown>>> {
  const inFile = runtime.config().objects.find((one) => one.noun === noun && one.name === name);
  if (inFile !== undefined) return inFile.spec as unknown as Record<string, unknown>;
  const stored = await runtime.store.listObjects();
  return stored.find((one) => one.noun === noun && one.name === name)?.spec ?? {};
}
