// relay listen: a receiver on this machine that prints what arrives and checks its signature. Flags and wiring; the work is in listen/.

import type { Command } from 'commander';
import { asRelayError, RelayError } from '../../core/errors.js';
import { decodeSigningKey } from '../../core/signing.js';
import type { ListAnswer, WebhookItem } from '../../http/wire/api-types.js';
import { addVerb } from '../command.js';
import { type CliContext, hintNext, wantsJson } from '../context.js';
import { printJsonLine } from '../output/json.js';
import { showClock } from '../output/time.js';
import { untilInterrupted } from './interrupt.js';
import { type FaultPlan, parseFault, parseSpanFlag } from './listen/faults.js';
import { requestBlock, requestRecord, tallyLine } from './listen/screen.js';
import { runSession } from './listen/session.js';
import { type Judge, judgeByDaemon, judgeWithKey } from './listen/signature.js';

export interface ListenFlags {
  readonly port: string;
  readonly fail?: string;
  readonly delay?: string;
  readonly retryAfter?: string;
  readonly secret?: string;
  readonly once?: string;
  readonly headers?: boolean;
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new RelayError('usage.invalid', `--${flag} ${text} is not a number from ${least} to ${most}`, {
    fix: `for example: relay listen --${flag} ${flag === 'port' ? 9000 : 1}`,
  });
}

function planOf(flags: ListenFlags): FaultPlan {
  const after = flags.retryAfter === undefined ? null : parseSpanFlag('retry-after', flags.retryAfter);
  if (after !== null && flags.fail === undefined)
    throw new RelayError('usage.invalid', '--retry-after needs --fail', {
      why: 'Retry-After is sent with failing answers only',
      fix: 'for example: relay listen --fail 503:1 --retry-after 10s',
    });
  return {
    fault: flags.fail === undefined ? null : parseFault(flags.fail),
    delayMs: flags.delay === undefined ? 0 : parseSpanFlag('delay', flags.delay),
    retryAfterSeconds: after === null ? null : Math.ceil(after / 1000),
  };
}

/** `--secret env:NAME` judges here; without it the daemon does. @throws usage.invalid */
function judgeOf(flags: ListenFlags, context: CliContext): Judge {
  if (flags.secret === undefined) return judgeByDaemon(context.api);
  const name = /^env:(.+)$/.exec(flags.secret)?.[1];
  if (name === undefined)
    throw new RelayError('usage.invalid', '--secret takes no secret itself', {
      why: 'flag values stay in the shell history and in the list of processes',
      fix: 'export it and name the variable: relay listen --secret env:WEBHOOK_SECRET',
    });
  const key = context.env[name] ?? '';
  if (decodeSigningKey(key) === null)
    throw new RelayError('usage.invalid', `${name} holds no signing secret`, {
      why: key === '' ? 'it is not set' : 'a secret is whsec_ and 24 to 64 bytes in base64',
      fix: `export ${name}=whsec_…`,
    });
  return async (headers, body) => judgeWithKey(key, headers, body, context.now());
}

/** What makes something arrive here: a test of the webhook that points here, or a webhook that does. */
async function suggestNext(url: string, flags: ListenFlags, context: CliContext): Promise<void> {
  const add = [`webhook add listen --url ${url}/`, 'webhook test listen'];
  if (flags.secret !== undefined) return hintNext(context, ...add);
  try {
    const search = new URL(url).host;
    const page = await context.api.get<ListAnswer<WebhookItem>>(
      '/webhooks',
      { search },
      { timeoutMs: 2_000 },
    );
    const known = page.items.find((webhook) => webhook.urls.some((one) => one.url.startsWith(`${url}/`)));
    hintNext(context, ...(known ? [`webhook test ${known.name}`] : add));
  } catch (error) {
    context.hint(`${asRelayError(error).message}: signatures are not checked until it runs`);
    hintNext(context, 'serve');
  }
}

export async function runListen(flags: ListenFlags, context: CliContext, signal: AbortSignal): Promise<void> {
  let suggested: Promise<void> | undefined;
  const tally = await runSession({
    port: wholeNumber('port', flags.port, 0, 65_535),
    plan: planOf(flags),
    once: flags.once === undefined ? null : wholeNumber('once', flags.once, 1, 1_000_000),
    clock: context,
    judge: judgeOf(flags, context),
    signal,
    onListening: (url) => {
      context.hint(`listening on ${url}, every path and method; Ctrl-C ends`);
      suggested = suggestNext(url, flags, context);
    },
    show: (received, verdict) => {
      if (wantsJson(context)) return printJsonLine(context, requestRecord(received, verdict));
      const time = showClock(context, new Date(received.at).toISOString());
      const { paint } = context;
      context.out.write(
        `${requestBlock(received, verdict, { time, allHeaders: flags.headers === true, paint })}\n`,
      );
    },
  });
  await suggested;
  context.hint(tallyLine(tally));
}

export function registerListen(program: Command, context: CliContext): void {
  addVerb(program, 'listen', {
    summary: 'Receive on this machine: print what arrives and check its signature',
    about:
      'Takes any request on 127.0.0.1, answers 200, and prints it: time (UTC), method, path, event type, title, body.\n' +
      'The signature is checked by the running daemon, which knows the secrets of all webhooks, or with --secret.\n' +
      'It can be told to fail, so that you see what Relay does then.',
    examples: [
      'relay listen',
      'relay listen --port 9000 --fail 503:2          # the first two requests fail, then all is well',
      'relay listen --fail 429 --retry-after 30s      # too many requests, come back in 30 s',
      'relay listen --fail hang                       # never answer; also: --fail reset',
      'relay listen --delay 2s --once 1 --json',
    ],
    seeAlso: [
      'relay webhook test: sends one test event',
      'relay delivery show: the same request as Relay kept it',
    ],
  })
    .option('--port <number>', 'port on 127.0.0.1; 0 takes any free one', '9000')
    .option(
      '--fail <how[:n]>',
      'answer with this status, or reset, or hang; with :n only the first n requests',
    )
    .option('--retry-after <span>', 'send Retry-After with failing answers')
    .option('--delay <span>', 'wait before each answer: 500ms, 2s')
    .option('--secret <env:NAME>', 'check signatures with the secret in this variable, without a daemon')
    .option('--once <n>', 'end after n requests')
    .option('--headers', 'show all headers (secret ones masked)')
    .action((flags: ListenFlags) => untilInterrupted((signal) => runListen(flags, context, signal)));
}
