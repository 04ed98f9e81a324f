// What the parts of one config file say about each other: names that stand twice, and names that nothing has. Tolerates data that the
// schema refuses.

import type { Noun } from '../model/topology.js';
import type { Pack } from '../sources/pack/pack.js';
import { checkObject } from './checks.js';
import { type KnownNames, refersTo } from './known-names.js';
import { childOf, listIn, type PathPart, type Problem, problemAt, textOf } from './problem.js';

/** One object of the file and where it stands in the data. */
export interface PlacedObject {
  readonly noun: Noun | 'user' | 'organization';
  readonly spec: unknown;
  readonly path: readonly PathPart[];
  /** Of an integration: the name of the channel it stands under. */
  readonly channel?: string;
}

/** All named objects of a file's data, in the order of the file's sections; integrations after their channel. */
export function objectsIn(data: unknown): readonly PlacedObject[] {
  const directory = childOf(data, 'directory');
  return [
    ...placed('service', listIn(data, 'services'), ['services']),
    ...placed('source', listIn(data, 'sources'), ['sources']),
    ...placed('channel', listIn(data, 'channels'), ['channels']).flatMap((channel) => [
      channel,
      ...placed('integration', listIn(channel.spec, 'integrations'), [...channel.path, 'integrations']).map(
        (integration) => ({ ...integration, channel: textOf(childOf(channel.spec, 'name')) ?? '' }),
      ),
    ]),
    ...placed('webhook', listIn(data, 'webhooks'), ['webhooks']),
    ...placed('organization', listIn(directory, 'organizations'), ['directory', 'organizations']),
    ...placed('user', listIn(directory, 'users'), ['directory', 'users']),
  ];
}

const placed = (
  noun: PlacedObject['noun'],
  specs: readonly unknown[],
  path: readonly PathPart[],
): PlacedObject[] => specs.map((spec, index) => ({ noun, spec, path: [...path, index] }));

function namesOf(objects: readonly PlacedObject[], noun: PlacedObject['noun']): ReadonlySet<string> {
  return new Set(
    objects
      .filter((object) => object.noun === noun)
      .map(({ spec }) => textOf(childOf(spec, 'name')))
      .filter((name) => name !== undefined),
  );
}

/** Every duplicate name and dangling reference in a file's data. */
export function checkReferences(
  objects: readonly PlacedObject[],
  packs: ReadonlyMap<string, Pack> | null,
): Problem[] {
  const known: KnownNames = {
    packs,
    sources: namesOf(objects, 'source'),
    services: namesOf(objects, 'service'),
    channels: namesOf(objects, 'channel'),
    users: namesOf(objects, 'user'),
    organizations: namesOf(objects, 'organization'),
  };
  return [...duplicates(objects), ...objects.flatMap((object) => checkOne(object, known))];
}

function checkOne({ noun, spec, path }: PlacedObject, known: KnownNames): Problem[] {
  if (noun === 'organization') return [];
  if (noun !== 'user') return checkObject(noun, spec, path, known);
  return [
    ...refersTo(spec, 'organization', 'organization', known.organizations, path),
    ...refersTo(spec, 'channel', 'channel', known.channels, path),
  ];
}

function duplicates(objects: readonly PlacedObject[]): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const { noun, spec, path } of objects) {
    const name = textOf(childOf(spec, 'name'));
    if (name === undefined) continue;
    const id = `${noun}/${name}`;
    if (seen.has(id)) {
      const fix =
        noun === 'integration'
          ? 'integration names are unique over all channels'
          : 'give one of them another name';
      problems.push(
        problemAt([...path, 'name'], 'duplicate_name', `there is already ${article(noun)} "${name}"`, fix),
      );
    }
    seen.add(id);
  }
  return problems;
}

const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
