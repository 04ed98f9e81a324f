// Replays of many events, oldest first, in steps that a client asks for. What a run has replayed is told by the deliveries it made (each
// says `replay <run>`), written in one with them: a run that was cut off goes on without sending an event twice, and needs no state of its
// own. A step is not begun while enough waits at one of its destinations already. Decides nothing about who wants an event: routing does.

import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.js';
import { RelayError } from '../../core/errors.js';
import type { DeliveryEngine } from '../../delivery/engine.js';
import { isMoving } from '../../delivery/is-moving.js';
import { MAX_WAITING } from '../../http/view/redeliver-pace.js';
import type { ReplaySelection, ReplayStep, ReplayStepRequest } from '../../http/wire/replay-types.js';
import type { Delivery } from '../../model/delivery.js';
import type { RelayEvent } from '../../model/event.js';
import type { Routed } from '../../model/route.js';
import type { Relay } from '../../relay.js';
import type { DestinationBacklog, Page, Store } from '../../store/store.js';

const DELIVERIES_LOOKED_AT = 1_000;
/** Deliveries made in one write, but for those of one event: alerts that come in meanwhile wait for it. */
const MOST_AT_ONCE = 1_000;

export interface ReplayParts {
  readonly relay: Pick<Relay, 'routeOf' | 'sendTo'>;
  readonly store: Pick<Store, 'listEvents' | 'listDeliveries' | 'backlog'>;
  readonly engine: Pick<DeliveryEngine, 'laneState'>;
  readonly clock: Clock;
}

interface Owed {
  readonly event: RelayEvent;
  readonly routed: readonly Routed[];
}

/** Ties a run to its selection: the same name over other events would take events for replayed that are not, or the other way round. */
const sealOf = (stamp: string, selection: ReplaySelection): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        stamp,
        selection.type ?? null,
        selection.channel ?? null,
        selection.incident ?? null,
        selection.since ?? null,
        selection.until,
      ]),
    )
    .digest('hex')
    .slice(0, 8);

function newRun(selection: ReplaySelection, now: number): string {
  const stamp = now.toString(36);
  return `rpl_${stamp}_${sealOf(stamp, selection)}`;
}

/** @throws RelayError usage.invalid */
function checkRun(run: string, selection: ReplaySelection): void {
  const [, stamp, seal] = /^rpl_([0-9a-z]+)_([0-9a-f]{8})$/.exec(run) ?? [];
  if (stamp !== undefined && seal === sealOf(stamp, selection)) return;
  throw new RelayError('usage.invalid', `${run} is no replay of these events`, {
    why: 'a replay goes on with the same times, type, channel and incident as it began with',
    fix: 'give the command that was printed when it began',
  });
}

const markOf = (run: string): string => `replay ${run}: `;

export class ReplayRuns {
  readonly #parts: ReplayParts;
  /** Steps one after another: two clients with one run would not see what the other is writing. */
  #last: Promise<unknown> = Promise.resolve();
  /** What was added since the store last counted: its answer may be some seconds old. */
  #counted: { backlog: readonly DestinationBacklog[]; added: Map<string, number> } | null = null;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** @throws RelayError usage.invalid, usage.invalid_cursor, object.not_found for the incident */
  step(request: ReplayStepRequest): Promise<ReplayStep> {
    const step = this.#last.then(() => this.#step(request));
    this.#last = step.catch(() => undefined);
    return step;
  }

  async #step(request: ReplayStepRequest): Promise<ReplayStep> {
    const { selection, dryRun, after, limit } = request;
    if (request.run !== null) checkRun(request.run, selection);
    const run = dryRun ? null : (request.run ?? newRun(selection, this.#parts.clock.now()));
    const page = await this.#parts.store.listEvents({
      ...selection,
      sort: 'at',
      desc: false,
      limit,
      ...(after === undefined ? {} : { after }),
    });
    const owed = await this.#owedOf(page.items, run);
    const destinations = countOf(owed.wanted);
    const told: ReplayStep = {
      run,
      looked: page.items.length,
      wanted: owed.wanted.length + owed.doneBefore,
      doneBefore: owed.doneBefore,
      deliveries: Object.values(destinations).reduce((sum, count) => sum + count, 0),
      destinations,
      waitsFor: null,
      next: page.next,
    };
    if (run === null) return told;
    const waitsFor = await this.#fullOf(Object.keys(destinations));
    if (waitsFor !== null) {
      const nothing = { looked: 0, wanted: 0, doneBefore: 0, deliveries: 0, destinations: {} };
      return { ...told, ...nothing, waitsFor, next: after ?? null };
    }
    for (const few of fewAtOnce(owed.wanted)) await this.#send(few, run);
    return told;
  }

  /** Asked for in their order and at once: they are written in that order, with one sync of the disk for all. */
  async #send(owed: readonly Owed[], run: string): Promise<void> {
    await Promise.all(
      owed.map(({ event, routed }) => {
        const marked = routed.map((way) => ({ ...way, because: `${markOf(run)}${way.because}` }));
        this.#note(routed);
        return this.#parts.relay.sendTo(event, marked);
      }),
    );
  }

  /** What is still to be done of these events; nothing was done of any on a dry run. */
  async #owedOf(
    events: readonly RelayEvent[],
    run: string | null,
  ): Promise<{ wanted: Owed[]; doneBefore: number }> {
    const wanted: Owed[] = [];
    let doneBefore = 0;
    for (const event of events) {
      if (run !== null && (await this.#isDone(event, run))) {
        doneBefore += 1;
        continue;
      }
      const routed = await this.#parts.relay.routeOf(event);
      if (routed.length > 0) wanted.push({ event, routed });
    }
    return { wanted, doneBefore };
  }

  async #isDone(event: RelayEvent, run: string): Promise<boolean> {
    const query = { event: event.id, limit: DELIVERIES_LOOKED_AT };
    let after: string | null = null;
    do {
      const page: Page<Delivery> = await this.#parts.store.listDeliveries({
        ...query,
        ...(after === null ? {} : { after }),
      });
      if (page.items.some(({ routedBecause }) => routedBecause.startsWith(markOf(run)))) return true;
      after = page.next;
    } while (after !== null);
    return false;
  }

  /**
   * The first of these destinations at which enough waits. One that sends nothing, as it is paused, disabled or in trouble, is not waited
   * for: what it gets is kept for it, and the others get theirs.
   */
  async #fullOf(refs: readonly string[]): Promise<ReplayStep['waitsFor']> {
    const backlog = await this.#parts.store.backlog();
    if (this.#counted?.backlog !== backlog) this.#counted = { backlog, added: new Map() };
    const { added } = this.#counted;
    const waits = new Map(backlog.map((each) => [each.destination, each]));
    const now = this.#parts.clock.now();
    for (const destination of refs) {
      const lane = this.#parts.engine.laneState(destination);
      const { waiting: before, oldestDueAt } = waits.get(destination) ?? { waiting: 0, oldestDueAt: null };
      const waiting = before + (added.get(destination) ?? 0);
      if (waiting < MAX_WAITING || lane === undefined) continue;
      if (isMoving(lane, { oldestDueAt }, now)) return { destination, waiting };
    }
    return null;
  }

  #note(routed: readonly Routed[]): void {
    const added = this.#counted?.added;
    for (const { destination } of routed) added?.set(destination.ref, (added.get(destination.ref) ?? 0) + 1);
  }
}

function* fewAtOnce(owed: readonly Owed[]): Generator<readonly Owed[]> {
  let few: Owed[] = [];
  let deliveries = 0;
  for (const one of owed) {
    if (few.length > 0 && deliveries + one.routed.length > MOST_AT_ONCE) {
      yield few;
      few = [];
      deliveries = 0;
    }
    few.push(one);
    deliveries += one.routed.length;
  }
  if (few.length > 0) yield few;
}

function countOf(owed: readonly Owed[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { routed } of owed) {
    for (const { destination } of routed) counts[destination.ref] = (counts[destination.ref] ?? 0) + 1;
  }
  return counts;
}
