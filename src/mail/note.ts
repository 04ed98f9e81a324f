// What a destination's failure mails have to tell, and when: failures counted, a standing that changed, what was sent last. Plain records
// and pure functions; the outbox keeps one note a destination. A note stays small however much fails: it counts and keeps the last.

const HOUR_MS = 3_600_000;
/** From the first thing to tell to the mail: what fails together is told together. */
const GATHER_MS = 30_000;

/** The first wait after a mail that could not be sent, and the longest. What a server refuses for good is asked more rarely. */
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const FIRST_REFUSED_WAIT_MS = 5 * 60_000;
export const LONGEST_REFUSED_WAIT_MS = HOUR_MS;

export interface FailuresNoted {
  readonly count: number;
  /** When the first of them and the last of them was given up, ms UTC. */
  readonly since: number;
  readonly until: number;
  /** When the oldest of these deliveries was made: what `--since` of the lists goes by. Null when that is not known. */
  readonly madeSince: number | null;
  /** The last one that is known by its id, `dlv_…`, and why the last one was given up. */
  readonly delivery: string | null;
  readonly reason: string;
}

export interface News {
  /** When the first of it came: the mail is due a little later. */
  readonly firstAt: number;
  readonly failures: FailuresNoted | null;
  readonly disabled: { readonly at: number; readonly reason: string } | null;
  readonly recovered: { readonly at: number } | null;
}

/** Failures since the destination last worked: what its recovery is measured by. */
export interface Trouble {
  readonly since: number;
  readonly count: number;
  /** Disabled since; the next delivery that arrives is its recovery. */
  readonly isDisabled: boolean;
}

export interface MailNote {
  readonly destination: string;
  readonly news: News | null;
  readonly trouble: Trouble | null;
  /** When a mail was last taken by the mail server. */
  readonly sentAt: number | null;
  /** Message-ID of that mail: the next one answers it, so that mail programs show one thread. */
  readonly sentId: string | null;
  /** Message-ID of the mail being tried: the same on every try, so that a server that has it already can tell. */
  readonly messageId: string | null;
  /** Tries that failed because of this mail, not because of the server as a whole. */
  readonly tries: number;
  readonly notBefore: number | null;
  readonly problem: string | null;
}

export const emptyNote = (destination: string): MailNote => ({
  destination,
  news: null,
  trouble: null,
  sentAt: null,
  sentId: null,
  messageId: null,
  tries: 0,
  notBefore: null,
  problem: null,
});

const newsOf = (note: MailNote, at: number): News =>
  note.news ?? { firstAt: at, failures: null, disabled: null, recovered: null };

const troubleOf = (note: MailNote, at: number): Trouble =>
  note.trouble ?? { since: at, count: 0, isDisabled: false };

export interface Failure {
  readonly at: number;
  /** More than one when they were given up together: then of no single one. */
  readonly count: number;
  readonly madeAt: number | null;
  readonly delivery: string | null;
  readonly reason: string;
}

export function withFailure(note: MailNote, failure: Failure): MailNote {
  const news = newsOf(note, failure.at);
  const trouble = troubleOf(note, failure.at);
  const one: FailuresNoted = {
    count: failure.count,
    since: failure.at,
    until: failure.at,
    madeSince: failure.madeAt,
    delivery: failure.delivery,
    reason: failure.reason,
  };
  return {
    ...note,
    news: { ...news, failures: news.failures === null ? one : together(news.failures, one) },
    trouble: { ...trouble, count: trouble.count + failure.count },
  };
}

export function withDisabled(note: MailNote, at: number, reason: string): MailNote {
  return {
    ...note,
    news: { ...newsOf(note, at), disabled: { at, reason } },
    trouble: { ...troubleOf(note, at), isDisabled: true },
  };
}

/** Told only where there was trouble to tell of: a receiver that stumbled and lost nothing is not worth a mail. */
export function withRecovery(note: MailNote, at: number): MailNote {
  if (note.trouble === null) return note;
  return { ...note, news: { ...newsOf(note, at), recovered: { at } }, trouble: null };
}

/** When the mail is due, ms UTC; null when there is nothing to tell. */
export function dueAt({ news, sentAt, notBefore }: MailNote): number | null {
  if (news === null) return null;
  return Math.max(news.firstAt + GATHER_MS, sentAt === null ? 0 : sentAt + HOUR_MS, notBefore ?? 0);
}

/** The same note unless it lies in the future: then the clock was set back, and nothing waits longer than it would have. */
export function underClock(note: MailNote, now: number): MailNote {
  const { news, sentAt, notBefore } = note;
  const isAhead =
    (news?.firstAt ?? 0) > now || (sentAt ?? 0) > now || (notBefore ?? 0) > now + LONGEST_REFUSED_WAIT_MS;
  if (!isAhead) return note;
  const atMost = (at: number | null, limit: number) => (at === null ? null : Math.min(at, limit));
  return {
    ...note,
    news: news && { ...news, firstAt: Math.min(news.firstAt, now) },
    sentAt: atMost(sentAt, now),
    notBefore: atMost(notBefore, now + LONGEST_REFUSED_WAIT_MS),
  };
}

/** `next` came while a mail about `told` was under way in vain: one mail tells both. */
export function mergedNews(told: News, next: News | null): News {
  if (next === null) return told;
  const { failures } = told;
  return {
    firstAt: told.firstAt,
    failures: failures && next.failures ? together(failures, next.failures) : (failures ?? next.failures),
    disabled: next.disabled ?? told.disabled,
    recovered: next.recovered ?? told.recovered,
  };
}

function together(first: FailuresNoted, next: FailuresNoted): FailuresNoted {
  return {
    count: first.count + next.count,
    since: Math.min(first.since, next.since),
    until: Math.max(first.until, next.until),
    madeSince:
      first.madeSince === null || next.madeSince === null ? null : Math.min(first.madeSince, next.madeSince),
    delivery: next.delivery ?? first.delivery,
    reason: next.reason,
  };
}

/** The server took the mail. What came meanwhile is left for the next one. */
export function afterSent(note: MailNote, at: number, messageId: string, problem: string | null): MailNote {
  return { ...note, sentAt: at, sentId: messageId, messageId: null, tries: 0, notBefore: null, problem };
}

/** The server works but would not take this mail. */
export function afterRefused(note: MailNote, at: number, problem: string, isForGood: boolean): MailNote {
  const tries = note.tries + 1;
  return { ...note, tries, notBefore: at + waitAfter(tries, isForGood), problem };
}

/** How long to wait after the given number of failed tries in a row (1 = the first), ms. */
export function waitAfter(tries: number, isForGood: boolean): number {
  const first = isForGood ? FIRST_REFUSED_WAIT_MS : FIRST_WAIT_MS;
  const longest = isForGood ? LONGEST_REFUSED_WAIT_MS : LONGEST_WAIT_MS;
  return Math.min(first * 2 ** Math.min(tries - 1, 20), longest);
}

/** A note that tells nothing, waits for nothing and holds nobody back any more. */
export function isSpent({ news, trouble, sentAt }: MailNote, now: number): boolean {
  return news === null && trouble === null && (sentAt === null || now - sentAt >= HOUR_MS);
}

export const writeNote = (note: MailNote): string => JSON.stringify(note);

/** Null when it is not the note of this version: then nothing is told rather than something wrong. */
export function readNote(destination: string, text: string): MailNote | null {
  try {
    const note = JSON.parse(text) as Partial<MailNote> | null;
    if (typeof note !== 'object' || note === null || note.destination !== destination) return null;
    return { ...emptyNote(destination), ...note };
  } catch {
    return null;
  }
}
