// The mails still to be sent, one note a destination: what failed is counted until the mail about it was taken by the mail server. Sends one
// mail at a time. A mail that cannot be sent waits longer and longer; it never becomes an event or a mail itself.

import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { SmtpSettings } from '../config/spec.js';
import type { Clock } from '../core/clock.js';
import { idTime, parseId } from '../core/ids.js';
import { formatSpan } from '../core/units.js';
import type { AttemptNotice, OperationalNotice } from '../delivery/engine.js';
import type { Destination, Topology } from '../model/topology.js';
import type { Store } from '../store/store.js';
import { writeLetter } from './letter.js';
import { readFacts } from './letter-facts.js';
import {
  afterRefused,
  afterSent,
  dueAt,
  isSpent,
  LONGEST_REFUSED_WAIT_MS,
  type MailNote,
  mergedNews,
  type News,
  underClock,
  waitAfter,
  withDisabled,
  withFailure,
  withRecovery,
} from './note.js';
import { NoteBook } from './note-book.js';
import { type MailTrouble, type SendResult, sendMail } from './smtp.js';

/** A mail may be late by this. */
const TICK_MS = 2_000;

export interface OutboxParts {
  readonly store: Pick<
    Store,
    | 'mailNotes'
    | 'putMailNotes'
    | 'forgetMailNotes'
    | 'getDelivery'
    | 'listAttempts'
    | 'backlog'
    | 'countDeliveries'
  >;
  readonly clock: Clock;
  readonly log: Logger;
  /** For the metrics. */
  count(result: MailResult): void;
  /** Null: no mail server is configured. */
  smtp(): SmtpSettings | null;
  topology(): Topology;
}

/** What became of a try to send a mail; `suppressed`: news that went into a mail that was owed already, and got none of its own. */
export type MailResult = 'sent' | 'failed' | 'suppressed';

/** What needs somebody: for `status`. */
export interface MailProblem {
  readonly destination: string | null;
  readonly text: string;
}

const ofWebhook = (destination: Destination | undefined): readonly string[] =>
  destination?.failureEmail ?? [];

export class MailOutbox {
  readonly #parts: OutboxParts;
  readonly #notes: NoteBook;
  readonly #ending = new AbortController();
  #server: { readonly tries: number; readonly notBefore: number; readonly trouble: MailTrouble } | null =
    null;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#notes = new NoteBook(parts.store, parts.log);
  }

  /** What an earlier life left. Before deliveries are sent. */
  load(): Promise<void> {
    return this.#notes.load();
  }

  start(): void {
    this.#timer = setInterval(() => this.#tickOnce(), TICK_MS);
    this.#timer.unref();
  }

  /** Cuts off a mail under way, which is sent again after the next start, and writes what is noted. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await this.#running;
    // A store that takes nothing now has it logged already.
    await this.#notes.write().catch(() => undefined);
  }

  /** Something of delivery to tell. Cheap, never throws: told in the midst of deliveries. */
  heard({ type, destination, delivery, count = 1, at, reason }: OperationalNotice): void {
    if (ofWebhook(destination).length === 0) return;
    const owed = this.#notes.get(destination.ref)?.news ?? null;
    if (type === 'delivery.failed') {
      const madeAt = delivery === null ? null : idTime(parseId('dlv', delivery) ?? 0);
      this.#notes.change(destination.ref, (note) =>
        withFailure(note, { at, count, madeAt, delivery, reason }),
      );
    } else if (type === 'destination.disabled') {
      this.#notes.change(destination.ref, (note) => withDisabled(note, at, reason));
    } else if (type === 'destination.recovered') {
      this.#notes.change(destination.ref, (note) => withRecovery(note, at));
    }
    const isNews = this.#notes.get(destination.ref)?.news !== owed;
    if (owed !== null && isNews) this.#parts.count('suppressed');
  }

  /**
   * On the way of every attempt. A destination that was disabled has recovered with its first delivery; one that failed at times
   * and was never degraded starts to be counted anew.
   */
  attempted({ destination, outcome, at }: AttemptNotice): void {
    if (outcome !== 'delivered') return;
    const trouble = this.#notes.get(destination)?.trouble ?? null;
    if (trouble === null) return;
    this.#notes.change(destination, (note) =>
      trouble.isDisabled ? withRecovery(note, at) : { ...note, trouble: null },
    );
  }

  /** The config or an object changed, or the server was seen to work: what waits is tried at once. */
  retryNow(): void {
    this.#server = null;
    for (const { destination, notBefore } of [...this.#notes.all()]) {
      if (notBefore !== null)
        this.#notes.change(destination, (note) => ({ ...note, notBefore: null, tries: 0 }));
    }
  }

  problems(): MailProblem[] {
    const { clock, smtp, topology } = this.#parts;
    const now = clock.now();
    const unheard = [...topology().destinations.values()].find((one) => ofWebhook(one).length > 0);
    if (smtp() === null) {
      const text = `mail: failure_email of webhook ${unheard?.name} mails nobody: the config has no smtp`;
      return unheard === undefined ? [] : [{ destination: null, text }];
    }
    const waiting = [...this.#notes.all()].filter(({ news }) => news !== null).length;
    const problems: MailProblem[] = [];
    if (this.#server !== null) {
      const wait = formatSpan(Math.max(0, this.#server.notBefore - now));
      const mails = waiting === 1 ? '1 mail waits' : `${waiting} mails wait`;
      problems.push({
        destination: null,
        text: `mail: ${this.#server.trouble.text}; ${mails}, next try in ${wait}`,
      });
    }
    for (const { destination, problem, notBefore } of this.#notes.all()) {
      if (problem === null) continue;
      const next = notBefore === null ? '' : `; next try in ${formatSpan(Math.max(0, notBefore - now))}`;
      problems.push({ destination, text: `mail about it: ${problem}${next}` });
    }
    return problems;
  }

  /** Sends all that is due by now. Never two at once. @throws RelayError store.* */
  async tick(): Promise<void> {
    const now = this.#parts.clock.now();
    for (const { destination } of [...this.#notes.all()])
      this.#notes.change(destination, (note) => underClock(note, now));
    await this.#notes.write();
    await this.#forgetSpent();
    const smtp = this.#parts.smtp();
    if (smtp === null || (this.#server !== null && isAhead(this.#server.notBefore, now))) return;
    const due = [...this.#notes.all()]
      .map((note) => ({ destination: note.destination, at: dueAt(note) }))
      .filter((one): one is { destination: string; at: number } => one.at !== null && one.at <= now)
      .sort((a, b) => a.at - b.at);
    for (const { destination } of due) {
      if (this.#ending.signal.aborted || !(await this.#mail(destination, smtp))) break;
    }
    await this.#notes.write();
  }

  // ---- one mail ----------------------------------------------------------------------------------------------------------

  /** False when the server is at fault and there is no use in trying the next mail. */
  async #mail(ref: string, smtp: SmtpSettings): Promise<boolean> {
    const destination = this.#parts.topology().destinations.get(ref);
    const note = this.#notes.get(ref);
    if (destination === undefined || !note?.news) return true;
    const { news } = note;
    const messageId = note.messageId ?? `<${randomUUID()}@${domainOf(smtp.from)}>`;
    // Taken out at once: what comes from here on belongs to the next mail.
    this.#notes.underWay = { destination: ref, news };
    this.#notes.change(ref, (current) => ({ ...current, news: null, messageId }));
    const sent = await this.#handOver(destination, { ...note, messageId }, news, smtp).catch(
      (error: unknown) => {
        this.#putBack(ref, news);
        throw error;
      },
    );
    if (!sent.ok) return this.#failed(ref, news, sent.trouble);
    this.#notes.underWay = null;
    this.#server = null;
    this.#parts.count('sent');
    const problem = sent.refused.length === 0 ? null : `refused for ${sent.refused.join('; ')}`;
    this.#notes.change(ref, (current) => afterSent(current, this.#parts.clock.now(), messageId, problem));
    const fields = { destination: ref, messageId, failures: news.failures?.count ?? 0, answer: sent.answer };
    if (problem === null) this.#parts.log.info(fields, 'failure mail sent');
    else
      this.#parts.log.warn({ ...fields, refused: sent.refused }, 'failure mail sent, but not to everybody');
    return true;
  }

  /** @throws RelayError store.* before anything was sent */
  async #handOver(
    destination: Destination,
    note: MailNote & { readonly messageId: string },
    news: News,
    smtp: SmtpSettings,
  ): Promise<SendResult> {
    const letter = writeLetter(await readFacts(this.#parts, destination, note, news));
    // Before the server hears of it: whatever happens then, the same mail has the same id.
    await this.#notes.write();
    const { messageId, sentId: inReplyTo } = note;
    const mail = { to: ofWebhook(destination), letter, messageId, inReplyTo, at: this.#parts.clock.now() };
    return sendMail(smtp, mail, this.#ending.signal);
  }

  /** It was not told: the next try tells it, with what came meanwhile. */
  #putBack(ref: string, news: News): void {
    this.#notes.underWay = null;
    this.#notes.change(ref, (current) => ({ ...current, news: mergedNews(news, current.news) }));
  }

  #failed(ref: string, news: News, trouble: MailTrouble): boolean {
    const now = this.#parts.clock.now();
    const { blame, isForGood, text, fix } = trouble;
    this.#putBack(ref, news);
    if (blame === 'mail') this.#notes.change(ref, (note) => afterRefused(note, now, text, isForGood));
    // Our own stop is nobody's fault.
    if (this.#ending.signal.aborted) return false;
    this.#parts.count('failed');
    let waitMs = (this.#notes.get(ref)?.notBefore ?? now) - now;
    if (blame === 'server') {
      const tries = (this.#server?.tries ?? 0) + 1;
      waitMs = waitAfter(tries, isForGood);
      this.#server = { tries, notBefore: now + waitMs, trouble };
    }
    this.#parts.log.warn(
      { destination: ref, why: text, fix, waitMs },
      'a failure mail could not be sent; it is tried again',
    );
    return blame === 'mail';
  }

  /** Of webhooks that are gone, or mail nobody any more, and what was told long enough ago. */
  async #forgetSpent(): Promise<void> {
    const now = this.#parts.clock.now();
    const { destinations } = this.#parts.topology();
    const spent = [...this.#notes.all()]
      .filter((note) => isSpent(note, now) || ofWebhook(destinations.get(note.destination)).length === 0)
      .map(({ destination }) => destination);
    await this.#notes.forget(spent);
  }

  #tickOnce(): void {
    if (this.#running !== null) return;
    this.#running = this.tick()
      .catch((error: unknown) =>
        this.#parts.log.error({ err: error }, 'failure mails failed; they are tried again'),
      )
      .finally(() => {
        this.#running = null;
      });
  }
}

/** Still to come; not so far ahead that the clock must have been set back since. */
const isAhead = (notBefore: number, now: number): boolean =>
  notBefore > now && notBefore <= now + LONGEST_REFUSED_WAIT_MS;

function domainOf(from: string): string {
  return /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}
