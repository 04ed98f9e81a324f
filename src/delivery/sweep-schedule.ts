// The cron side of the redelivery sweep: one node-cron task for each distinct schedule, whatever the number of destinations.

import { type ScheduledTask, schedule, validate } from 'node-cron';
import type { Logger } from 'pino';
import type { Destination } from '../model/topology.js';

export class SweepSchedule {
  readonly #sweep: (destination: string) => Promise<number>;
  readonly #log: Logger;
  readonly #tasks = new Map<string, ScheduledTask>();
  #destinations: readonly Destination[] = [];

  constructor(sweep: (destination: string) => Promise<number>, log: Logger) {
    this.#sweep = sweep;
    this.#log = log;
  }

  /** Starts and ends tasks so that they are those of these destinations. */
  follow(destinations: Iterable<Destination>): void {
    this.#destinations = [...destinations].filter((destination) => destination.redelivery !== null);
    const wanted = new Set(
      this.#destinations.map((destination) => destination.redelivery?.schedule as string),
    );
    for (const [expression, task] of this.#tasks) {
      if (wanted.has(expression)) continue;
      void task.destroy();
      this.#tasks.delete(expression);
    }
    for (const expression of wanted) {
      if (this.#tasks.has(expression)) continue;
      if (!validate(expression)) {
        this.#log.error({ schedule: expression }, 'not a cron schedule; its destinations are not swept');
        continue;
      }
      this.#tasks.set(expression, this.#start(expression));
    }
  }

  stop(): void {
    this.#destinations = [];
    for (const task of this.#tasks.values()) void task.destroy();
    this.#tasks.clear();
  }

  #start(expression: string): ScheduledTask {
    return schedule(expression, () => this.#run(expression), {
      noOverlap: true,
      unref: true,
      suppressMissedWarning: true,
    });
  }

  /** One after the other: a sweep is background work. */
  async #run(expression: string): Promise<void> {
    for (const { ref, redelivery } of this.#destinations) {
      if (redelivery?.schedule !== expression) continue;
      try {
        await this.#sweep(ref);
      } catch (error) {
        this.#log.error(
          { destination: ref, err: error },
          'the redelivery sweep failed; it runs again on its schedule',
        );
      }
    }
  }
}
