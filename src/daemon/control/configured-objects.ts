// Finds what is configured by its name: in force, in the file, in the database. Says of what is not there, or is not to be changed here,
// what can be done. Changes nothing.

import { RelayError } from '../../core/errors.js';
import { suggestion } from '../../core/nearest.js';
import type { Noun, Origin } from '../../model/topology.js';
import type { Store, StoredObject } from '../../store/store.js';
import type { InForce } from './in-force.js';

export type Spec = Readonly<Record<string, unknown>>;
type Listed = { readonly name: string; readonly origin: Origin };

export function definedInFile(what: string, fix: string, verb: 'is' | 'are' = 'is'): RelayError {
  return new RelayError('config.origin_file', `${what} ${verb} defined in the config file`, {
    why: 'the file is the one place to change what it defines',
    fix,
  });
}

export class ConfiguredObjects {
  readonly #store: Pick<Store, 'listObjects'>;
  readonly #inForce: InForce;

  constructor(store: Pick<Store, 'listObjects'>, inForce: InForce) {
    this.#store = store;
    this.#inForce = inForce;
  }

  /** Objects of the database that were unusable on start: known, out of force, to be mended or removed. */
  leftOut(): Set<string> {
    return new Set(this.#inForce.current.leftOut.map(({ object }) => object));
  }

  isLeftOut(noun: Noun, name: string): boolean {
    return this.leftOut().has(`${noun}/${name}`);
  }

  #list(noun: Noun): readonly Listed[] {
    const { topology } = this.#inForce.current.served;
    switch (noun) {
      case 'source':
        return [...topology.sources.values()];
      case 'channel':
        return [...topology.channels.values()];
      case 'service':
        return [...topology.services.values()];
      default:
        return [...topology.destinations.values()].filter((destination) => destination.noun === noun);
    }
  }

  find(noun: Noun, name: string): Listed | undefined {
    return this.#list(noun).find((listed) => listed.name === name);
  }

  /** In force, of either origin. @throws RelayError object.not_found */
  existing(noun: Noun, name: string): Listed {
    const found = this.find(noun, name);
    if (found) return found;
    const near = suggestion(
      name,
      this.#list(noun).map((listed) => listed.name),
    );
    throw new RelayError('object.not_found', `there is no ${noun} called "${name}"`, {
      fix: `${near ? `${near} ` : ''}see: relay ${noun} list`,
    });
  }

  /** Of the database, to be changed. @throws RelayError object.not_found, config.origin_file */
  async stored(noun: Noun, name: string): Promise<StoredObject> {
    if (!this.isLeftOut(noun, name) && this.existing(noun, name).origin === 'file') {
      const { config } = this.#inForce.current;
      const at = config.objects.find((object) => object.noun === noun && object.name === name)?.at;
      throw definedInFile(
        `${noun} "${name}"`,
        `edit ${config.path ?? 'the file'}${at ? ` at line ${at.line}` : ''}, then: relay config reload`,
      );
    }
    const stored = await this.inDatabase(noun, name);
    if (!stored) throw new RelayError('object.not_found', `there is no ${noun} called "${name}"`);
    return stored;
  }

  async inDatabase(noun: Noun, name: string): Promise<StoredObject | undefined> {
    return (await this.#store.listObjects()).find((object) => object.noun === noun && object.name === name);
  }

  /** The spec of an object of the config file. */
  inFile(noun: Noun, name: string): Spec | undefined {
    const object = this.#inForce.current.config.objects.find(
      (found) => found.noun === noun && found.name === name,
    );
    return object?.spec as Spec | undefined;
  }
}
