// Objects of the file and of the database under one name space, references resolved; what clashes or refers to something gone is a problem.

import { INTEGRATION_DRIVERS } from '../destinations/registry.js';
import type { Noun, Origin } from '../model/topology.js';
import type { StoredObject } from '../store/store.js';
import { checkObject } from './checks.js';
import type { KnownNames } from './known-names.js';
import { refusedReferences, resolveSecrets, type SecretEnvironment, secretPlaces } from './secrets.js';
import type { ObjectSpecs, Position } from './spec.js';
import type { TopologyInput, TopologyProblem } from './topology-input.js';

/** An object of either origin, references resolved. */
export interface Configured<N extends Noun = Noun> {
  readonly noun: N;
  readonly name: string;
  readonly origin: Origin;
  readonly at: Position | null;
  readonly spec: ObjectSpecs[N];
}

/** One name space for file and database; the file's object wins, and the clash is a problem at its line. */
export function mergeObjects(input: TopologyInput, problems: TopologyProblem[]): Configured[] {
  const fromFile = input.config.objects.map((object): Configured => ({ ...object, origin: 'file' }));
  const inFile = new Map(fromFile.map((object) => [`${object.noun}/${object.name}`, object]));
  const fromDatabase = input.stored.flatMap((object): Configured[] => {
    const id = `${object.noun}/${object.name}`;
    const clash = inFile.get(id);
    if (clash) {
      const message = `${object.noun} "${object.name}" stands in the file at line ${clash.at?.line} and was also made by ${object.origin}`;
      const fix = `remove the one made by ${object.origin} (relay ${object.noun} remove ${object.name}) before adding it to the file, or rename one`;
      problems.push({ severity: 'error', code: 'duplicate_name', message, fix, at: clash.at, object: id });
      return [];
    }
    return resolveStored(object, input.references, problems);
  });
  return [...fromFile, ...fromDatabase];
}

function resolveStored(
  object: StoredObject,
  references: SecretEnvironment | undefined,
  problems: TopologyProblem[],
): Configured[] {
  const { noun, name, origin } = object;
  const spec = structuredClone(object.spec);
  const places = secretPlaces(noun, spec, INTEGRATION_DRIVERS);
  const environment = references ?? { variables: {}, folder: '/' };
  const found =
    origin === 'api'
      ? refusedReferences(spec, places)
      : resolveSecrets(spec, places, [], environment).problems.filter(({ severity }) => severity === 'error');
  for (const { code, message, fix } of found) {
    problems.push({
      severity: 'error',
      code,
      message,
      fix,
      at: null,
      object: `${noun}/${name}`,
    });
  }
  return found.length > 0
    ? []
    : [{ noun, name, origin, at: null, spec: spec as unknown as ObjectSpecs[Noun] }];
}

/** An object that refers to something gone (a channel taken out of the file, a pack whose folder was removed) is a problem. */
export function withoutDangling(
  objects: readonly Configured[],
  input: TopologyInput,
  problems: TopologyProblem[],
): Configured[] {
  const names = (noun: Noun): Set<string> =>
    new Set(objects.filter((object) => object.noun === noun).map(({ name }) => name));
  const known: KnownNames = {
    packs: input.packs,
    sources: names('source'),
    services: names('service'),
    channels: names('channel'),
    users: new Set(input.config.users.map(({ name }) => name)),
    organizations: null,
  };
  return objects.filter(({ noun, name, spec, at }) => {
    const found = checkObject(noun, spec, [], known).filter(({ severity }) => severity === 'error');
    const unknownKind =
      noun === 'integration' && !INTEGRATION_DRIVERS.has((spec as ObjectSpecs['integration']).kind)
        ? [{ code: 'invalid_value', message: 'its kind is not known to this version of Relay', fix: null }]
        : [];
    for (const { code, message, fix } of [...found, ...unknownKind]) {
      problems.push({ severity: 'error', code, message, fix, at, object: `${noun}/${name}` });
    }
    return found.length + unknownKind.length === 0;
  });
}
