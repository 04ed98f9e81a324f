// Fair turns under one cap: lanes that can send stand in a ring; each turn sends one request, then the lane goes to the back.

export interface TurnTaker {
  /** Has something to send now and may send it. */
  canSend(): boolean;
  sendOne(): void;
}

export class Turns {
  readonly #ring = new Set<TurnTaker>();
  readonly #cap: number;
  #underWay = 0;

  /** @param cap requests under way at once, over all lanes */
  constructor(cap: number) {
    this.#cap = cap;
  }

  get isFull(): boolean {
    return this.#underWay >= this.#cap;
  }

  /** Puts a lane into the ring (once) and gives out what turns there are. */
  offer(lane: TurnTaker): void {
    this.#ring.add(lane);
    this.#giveOut();
  }

  ended(): void {
    this.#underWay -= 1;
    this.#giveOut();
  }

  #giveOut(): void {
    while (this.#underWay < this.#cap) {
      const [lane] = this.#ring;
      if (lane === undefined) return;
      this.#ring.delete(lane);
      if (!lane.canSend()) continue;
      this.#underWay += 1;
      lane.sendOne();
      if (lane.canSend()) this.#ring.add(lane);
    }
  }
}
