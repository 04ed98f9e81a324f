// One failure mail: subject, headers, plain text and HTML. Pure. Every value from outside is on one line, cut and escaped before it
// stands here; the commands it names are those of the CLI.

import type { News, Trouble } from './note.js';
import { oneLine } from './plain.js';

/** What the outbox looked up for a mail. */
export interface LetterFacts {
  /** `webhook/crm#2` */
  readonly destination: string;
  readonly webhook: string;
  /** True when `--webhook` names exactly this destination: the webhook has one URL. */
  readonly isWhole: boolean;
  /** Secrets masked. */
  readonly url: string;
  readonly publicUrl: string;
  readonly news: News;
  /** What goes on still; null when the destination works. */
  readonly trouble: Trouble | null;
  /** The last delivery given up, as far as the history still has it. */
  readonly last: {
    readonly event: string;
    readonly eventType: string;
    /** `503`, `timeout` */
    readonly result: string;
    /** Masked, one line. Empty when none came. */
    readonly body: string;
  } | null;
  /** As the store counts them now. */
  readonly backlog: { readonly waiting: number; readonly failed: number };
}

export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const LONGEST_VALUE = 300;
const count = (amount: number): string => (amount === 1 ? '1 delivery' : `${amount} deliveries`);
/** `2026-01-31 10:02:11 UTC` */
const clockText = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
/** For `--since`: to the second before. */
const sinceText = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** Sorts by webhook, and says the worst first. */
function subjectOf({ destination, news }: LetterFacts): string {
  const name = oneLine(destination.replace('webhook/', 'webhook '), 100);
  return `[Relay] ${name}: ${parts(news).join(', ')}`;
}

function parts({ failures, disabled, recovered }: News): string[] {
  const failed = failures === null ? [] : [`${count(failures.count)} failed`];
  const isBack = recovered !== null && recovered.at >= (disabled?.at ?? 0);
  if (isBack) return ['recovered', ...failed];
  return disabled === null ? failed : ['disabled', ...failed];
}

type Row = readonly [label: string, value: string];

function rows(facts: LetterFacts): Row[] {
  const { news, last, backlog, url } = facts;
  const { failures, disabled, recovered } = news;
  const line = (value: string): string => oneLine(value, LONGEST_VALUE);
  const all: Row[] = [['url', line(url)]];
  if (failures !== null) {
    const span = failures.count === 1 ? '' : `, the last one ${clockText(failures.until)}`;
    all.push(['failed', `${count(failures.count)}, since ${clockText(failures.since)}${span}`]);
    all.push(['why', line(failures.reason)]);
  }
  if (last !== null) {
    all.push(['event', `${line(last.eventType)} (${last.event})`]);
    all.push(['last answer', line(last.body === '' ? last.result : `${last.result}: ${last.body}`)]);
  }
  if (disabled !== null) all.push(['disabled', `${clockText(disabled.at)}: ${line(disabled.reason)}`]);
  if (recovered !== null) all.push(['recovered', clockText(recovered.at)]);
  if (recovered === null && facts.trouble !== null && facts.trouble.count > (failures?.count ?? 0)) {
    all.push(['in all', `${count(facts.trouble.count)} failed since ${clockText(facts.trouble.since)}`]);
  }
  all.push(['now', `${backlog.failed} failed and not delivered, ${backlog.waiting} waiting`]);
  return all;
}

type Command = readonly [purpose: string, line: string];

function commands({ destination, webhook, isWhole, news }: LetterFacts): Command[] {
  const one = isWhole ? `--webhook ${webhook}` : `--destination '${destination}'`;
  const { failures, disabled, recovered } = news;
  const all: Command[] = [];
  const isOff = disabled !== null && (recovered === null || recovered.at < disabled.at);
  if (isOff)
    all.push([
      'Once the receiver works, enable it; what was held is sent then',
      `relay webhook resume ${webhook}`,
    ]);
  if (failures !== null) {
    const since = failures.madeSince === null ? '' : ` --since ${sinceText(failures.madeSince)}`;
    all.push(['See what failed', `relay delivery list ${one} --status failed,dead${since}`]);
    if (failures.delivery !== null) {
      all.push(['The last one, with the whole answer', `relay delivery show ${failures.delivery} --body`]);
    }
    all.push(['Send them again once the receiver works', `relay delivery redeliver ${one}${since}`]);
  } else if (!isOff) all.push(['See how it stands', `relay webhook show ${webhook}`]);
  return all;
}

function footer({ webhook }: LetterFacts): string {
  return `Sent because failure_email of webhook ${webhook} names you. At most one mail an hour for each URL; the next one counts what comes until then.`;
}

function textOf(facts: LetterFacts): string {
  const width = Math.max(...rows(facts).map(([label]) => label.length));
  return [
    `${subjectOf(facts).replace('[Relay] ', '')}`,
    '',
    ...rows(facts).map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    '',
    ...commands(facts).flatMap(([purpose, line]) => [`${purpose}:`, `  ${line}`, '']),
    '-- ',
    footer(facts),
    `Relay at ${facts.publicUrl}`,
    '',
  ].join('\n');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);

function htmlOf(facts: LetterFacts): string {
  const table = rows(facts).map(
    ([label, value]) =>
      `<tr><td style="padding:2px 16px 2px 0;color:#666;vertical-align:top">${escapeHtml(label)}</td><td style="padding:2px 0">${escapeHtml(value)}</td></tr>`,
  );
  const todo = commands(facts).map(
    ([purpose, line]) =>
      `<p style="margin:12px 0 2px">${escapeHtml(purpose)}:</p><pre style="margin:0;padding:8px;background:#f4f4f4;white-space:pre-wrap">${escapeHtml(line)}</pre>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en"><body style="font-family:sans-serif;font-size:14px;color:#222">',
    `<h2 style="font-size:16px">${escapeHtml(subjectOf(facts).replace('[Relay] ', ''))}</h2>`,
    `<table style="border-collapse:collapse">${table.join('')}</table>`,
    ...todo,
    `<p style="margin-top:24px;color:#666;font-size:12px">${escapeHtml(footer(facts))}<br>Relay at ${escapeHtml(facts.publicUrl)}</p>`,
    '</body></html>',
    '',
  ].join('\n');
}

/** Headers that mark a machine's mail: RFC 3834 (Auto-Submitted), RFC 2919 (List-Id), and ours to filter by. */
function machineHeaders(publicUrl: string, about: string): Record<string, string> {
  const { hostname } = URL.canParse(publicUrl) ? new URL(publicUrl) : { hostname: '' };
  // A list is named like a host; an address is not one.
  const host = /[a-z]/i.test(hostname) && !hostname.startsWith('[') ? hostname : 'localhost';
  const label = about.replace(/[^a-z0-9-]+/g, '-');
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'List-Id': `<${label}.relay.${host}>`,
  };
}

export function writeLetter(facts: LetterFacts): Letter {
  const { news, destination, webhook, publicUrl } = facts;
  const events = [
    ...(news.failures ? ['delivery.failed'] : []),
    ...(news.disabled ? ['destination.disabled'] : []),
    ...(news.recovered ? ['destination.recovered'] : []),
  ];
  return {
    subject: subjectOf(facts),
    text: textOf(facts),
    html: htmlOf(facts),
    headers: {
      ...machineHeaders(publicUrl, destination),
      'X-Relay-Webhook': webhook,
      'X-Relay-Destination': destination,
      'X-Relay-Events': events.join(', '),
      'X-Relay-Failures': String(news.failures?.count ?? 0),
    },
  };
}

/** What `relay doctor --mail-to` sends. */
export function testLetter(publicUrl: string, server: string, at: number): Letter {
  const said = `This is a test mail of Relay at ${publicUrl}, sent ${clockText(at)} through ${server}.`;
  const more = `Mails about failed deliveries come this way: at most one an hour for each URL of a webhook.`;
  return {
    subject: '[Relay] test mail',
    text: `${said}\n\n${more}\n`,
    html: `<!doctype html>\n<html lang="en"><body><p>${escapeHtml(said)}</p><p>${escapeHtml(more)}</p></body></html>\n`,
    headers: machineHeaders(publicUrl, 'test'),
  };
}
