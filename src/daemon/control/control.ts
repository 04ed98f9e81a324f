// Changing what is configured while running. Every change is provisioned as a whole first, then written, then swapped in; when anything
// is wrong nothing has changed. Changes run one after the other.

import { RelayError } from '../../core/errors.js';
import type { Control, TemplatesReset } from '../../http/runtime.js';
import type { ChangeAnswer, ReloadAnswer, RotationAnswer, SecretAnswer } from '../../http/wire/api-types.js';
import type { Noun, Origin, Source } from '../../model/topology.js';
import type { StoredObject } from '../../store/store.js';
import { logMadeKeys, secretsMadeFor } from '../watch/made-keys.js';
import { asRunning } from './as-running.js';
import { checkedObject } from './check-object.js';
import { ConfiguredObjects, definedInFile, type Spec } from './configured-objects.js';
import type { ControlParts } from './control-parts.js';
import { differences } from './differences.js';
import { refuseInUse } from './in-use.js';
import { leadsElsewhere, refuseMovedCredentials, refuseReferences } from './moved-credentials.js';
import {
  keepCreated,
  newSourceKey,
  outOfForce,
  type Provisioned,
  provision,
  readStored,
  type Stored,
} from './provision.js';
import { resetSource } from './reset-source.js';
import { rotateSigning, shownOnce } from './rotate-signing.js';

/** Node's timers take no more than 2^31-1 ms. */
const LONGEST_TIMER_MS = 2_147_483_647;

export class RunningControl implements Control {
  readonly #parts: ControlParts;
  readonly #objects: ConfiguredObjects;
  #turn: Promise<unknown> = Promise.resolve();
  #expiry: NodeJS.Timeout | undefined;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#objects = new ConfiguredObjects(parts.store, parts.inForce);
  }

  add(noun: Noun, spec: Spec, origin: Exclude<Origin, 'file'>): Promise<SecretAnswer> {
    return this.#inTurn(async () => {
      const name = String(spec.name ?? '');
      if (this.#objects.find(noun, name) || this.#objects.isLeftOut(noun, name)) {
        throw new RelayError('object.exists', `there is already a ${noun} called "${name}"`, {
          fix: `choose another name, or see it: relay ${noun} show ${name}`,
        });
      }
      const { spec: valid, told } = checkedObject(noun, spec, { origin, by: origin }, this.#parts);
      const next = await this.#provisionWith((stored) => ({
        ...without(stored, noun, name),
        objects: [...stored.objects, this.#object(noun, name, valid, origin)],
      }));
      // An earlier object of this name, in the file, may have left its key, secret or pause behind.
      await this.#parts.store.removeObject(noun, name);
      await this.#parts.store.putObject({ noun, name, origin, spec: valid }, this.#parts.clock.now());
      await this.#putInForce(next);
      return { name, secret: null, ...told, ...shownOnce(next, noun, name) };
    });
  }

  edit(noun: Noun, name: string, change: Spec, by: Exclude<Origin, 'file'>): Promise<ChangeAnswer> {
    return this.#inTurn(async () => {
      const old = await this.#objects.stored(noun, name);
      if (by === 'api') refuseMovedCredentials(noun, old.spec, change);
      const merged = Object.entries({ ...old.spec, ...change }).filter(([, value]) => value !== null);
      const wanted = { ...Object.fromEntries(merged), name };
      if (old.origin === 'api' && by === 'cli') refuseReferences(noun, wanted);
      const isMoved = by === 'api' && leadsElsewhere(change);
      const kept = new Set(isMoved ? [] : Object.keys(old.spec).filter((key) => !(key in change)));
      const origin = isMoved ? by : old.origin;
      const { spec, told } = checkedObject(noun, wanted, { origin, by, kept }, this.#parts);
      const next = await this.#provisionWith(
        (stored) => ({
          ...stored,
          objects: stored.objects.map((object) =>
            object.noun === noun && object.name === name ? { ...object, spec, origin } : object,
          ),
        }),
        `${noun}/${name}`,
      );
      await this.#parts.store.putObject({ noun, name, origin, spec }, this.#parts.clock.now());
      await this.#putInForce(next);
      return { name, ...told, ...shownOnce(next, noun, name) };
    });
  }

  remove(noun: Noun, name: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#objects.stored(noun, name);
      refuseInUse(this.#parts.inForce.current.served.topology, noun, name);
      const next = await this.#provisionWith((stored) => without(stored, noun, name));
      await this.#parts.store.removeObject(noun, name);
      await this.#putInForce(next);
    });
  }

  setPaused(noun: 'source' | 'integration' | 'webhook', name: string, paused: boolean): Promise<void> {
    return this.#inTurn(async () => {
      this.#objects.existing(noun, name);
      const next = await this.#provisionWith((stored) => {
        const others = [...stored.paused].filter((id) => id !== `${noun}/${name}`);
        return { ...stored, paused: new Set(paused ? [...others, `${noun}/${name}`] : others) };
      });
      await this.#parts.store.setPaused(noun, name, paused, this.#parts.clock.now());
      if (!paused) {
        const { destinations } = this.#parts.inForce.current.served.topology;
        const own = [...destinations.values()].filter((found) => found.noun === noun && found.name === name);
        for (const { ref } of own) await this.#parts.engine.enable(ref);
      }
      await this.#putInForce(next);
    });
  }

  rotateKey(name: string): Promise<string> {
    return this.#inTurn(async () => {
      const source = this.#objects.existing('source', name) as Source;
      if (this.#objects.inFile('source', name)?.key !== undefined)
        throw definedInFile(`the key of source "${name}"`, 'change it there');
      await this.#dropGivenKey(name);
      const now = this.#parts.clock.now();
      const secret = {
        noun: 'source',
        name,
        purpose: 'source_key',
        value: newSourceKey(),
        createdAt: now,
      } as const;
      await this.#parts.store.putSecret(secret, now);
      await this.#putInForce(await this.#provisionWith((stored) => stored));
      return this.#parts.integrationUrl(
        this.#parts.inForce.current.served.topology.sources.get(name) ?? source,
      );
    });
  }

  resetTemplates(name: string, names: readonly string[] | null): Promise<TemplatesReset> {
    return this.#inTurn(() => {
      this.#objects.existing('source', name);
      return resetSource(name, names, this.#parts, {
        provision: (change) => this.#provisionWith(change),
        putInForce: (next) => this.#putInForce(next),
      });
    });
  }

  rotateSecret(name: string, overlapMs: number): Promise<RotationAnswer> {
    return this.#inTurn(async () => {
      const { origin } = this.#objects.existing('webhook', name);
      const spec =
        this.#objects.inFile('webhook', name) ??
        (await this.#objects.inDatabase('webhook', name))?.spec ??
        {};
      const answer = await rotateSigning({ name, spec, origin }, overlapMs, this.#parts);
      await this.#putInForce(await this.#provisionWith((stored) => stored));
      return answer;
    });
  }

  reload(options: { dryRun: boolean }): Promise<ReloadAnswer> {
    return this.#inTurn(async () => {
      const config = this.#parts.load();
      const packs = this.#parts.loadPacks(config);
      const stored = await readStored(this.#parts.store);
      const before = this.#parts.inForce.current;
      const { env, clock } = this.#parts;
      const running = asRunning(config, before.config);
      const next = provision(running, stored, packs, env, clock.now(), this.#objects.leftOut());
      if (!options.dryRun) {
        await this.#putInForce(next);
        logMadeKeys(next.created.secrets, this.#parts.log);
      }
      return {
        applied: !options.dryRun,
        path: config.path,
        ...differences(before, next, config),
        secrets_made: secretsMadeFor(next.created.secrets),
        warnings: config.warnings.map(({ at, code, ...rest }) => ({
          ...rest,
          code: `config.${code}`,
          line: at.line,
          column: at.column,
        })),
      };
    });
  }

  /** Takes back what is in force on start: arms the timer for secrets in their overlap. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#awaitExpiry());
  }

  // ---- the pieces --------------------------------------------------------------------------------------------------------

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(change, change);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** @param changed an object that must be right afterwards, even if it was left out so far */
  async #provisionWith(change: (stored: Stored) => Stored, changed?: string): Promise<Provisioned> {
    const { config, packs } = this.#parts.inForce.current;
    const { env, clock, store } = this.#parts;
    const tolerated = this.#objects.leftOut();
    if (changed !== undefined) tolerated.delete(changed);
    return provision(config, change(await readStored(store)), packs, env, clock.now(), tolerated);
  }

  async #putInForce(next: Provisioned): Promise<void> {
    await keepCreated(next.created, this.#parts.store);
    this.#parts.inForce.swap(next, this.#parts.clock.now());
    await this.#parts.engine.update(next.served.topology, outOfForce(next));
    await this.#awaitExpiry();
  }

  /** A signing secret in its overlap stops counting at its end, not at the next change of the config. */
  async #awaitExpiry(): Promise<void> {
    const now = this.#parts.clock.now();
    const ends = (await this.#parts.store.secrets()).flatMap(({ expiresAt }) =>
      expiresAt !== null && expiresAt > now ? [expiresAt] : [],
    );
    clearTimeout(this.#expiry);
    if (ends.length === 0) return;
    const wait = Math.min(Math.min(...ends) - now + 1, LONGEST_TIMER_MS);
    this.#expiry = setTimeout(() => {
      this.#inTurn(async () => this.#putInForce(await this.#provisionWith((stored) => stored))).catch(
        (error: unknown) =>
          this.#parts.log.error({ err: error }, 'an expired signing secret could not be taken out of force'),
      );
    }, wait);
    this.#expiry.unref();
  }

  /** A key that was given when the source was added would go before any that is generated. */
  async #dropGivenKey(name: string): Promise<void> {
    const object = await this.#objects.inDatabase('source', name);
    if (object?.spec.key === undefined) return;
    const { key: _given, ...spec } = object.spec;
    await this.#parts.store.putObject({ ...object, spec }, this.#parts.clock.now());
  }

  #object(noun: Noun, name: string, spec: Spec, origin: Exclude<Origin, 'file'>): StoredObject {
    const now = this.#parts.clock.now();
    return { noun, name, origin, spec, createdAt: now, updatedAt: now };
  }
}

/** What the database holds, as if there had never been an object of this name. */
function without(stored: Stored, noun: Noun, name: string): Stored {
  const isOther = (one: { noun: Noun; name: string }): boolean => one.noun !== noun || one.name !== name;
  return {
    objects: stored.objects.filter(isOther),
    secrets: stored.secrets.filter(isOther),
    snapshots: stored.snapshots.filter(({ source }) => noun !== 'source' || source !== name),
    paused: new Set([...stored.paused].filter((ref) => ref !== `${noun}/${name}`)),
    urlNumbers: Object.fromEntries(
      Object.entries(stored.urlNumbers).filter(([webhook]) => noun !== 'webhook' || webhook !== name),
    ),
  };
}
