// From the words on the command line to an exit code: makes the context, loads the noun, runs, reports errors, keeps quiet on EPIPE.

import { basename, relative } from 'node:path';
import { CommanderError } from 'commander';
import { locateConfig, socketPath } from '../config/locate.js';
import { createClient } from './client.js';
import type { CliContext } from './context.js';
import { NOUN_NAMES } from './noun-groups.js';
import { printError } from './output/error.js';
import { colouredPaint, PLAIN, wantsColour } from './output/paint.js';
import { overview } from './overview.js';
import { buildProgram, type GlobalFlags } from './program.js';
import { locateSocketQuickly } from './quick-socket.js';

type MutableContext = { -readonly [Key in keyof CliContext]: CliContext[Key] };

/** Nouns that show or describe all others. */
const NEEDS_ALL = new Set(['help', 'completion']);
const FLAGS_WITH_VALUE = new Set(['--config', '--socket', '-o', '--output']);

/** The words that are neither flags nor values of global flags, up to the first unknown flag. */
function leadingWords(argv: readonly string[]): string[] {
  const words: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (FLAGS_WITH_VALUE.has(word)) index += 1;
    else if (!word.startsWith('-')) words.push(word);
  }
  return words;
}

/** How the user started us: `relay` when installed, else the launcher's path from here. */
export function invokedAs(script: string | undefined, cwd: string): string {
  if (script === undefined || basename(script) === 'relay') return 'relay';
  const path = relative(cwd, script);
  if (path.length >= script.length) return script;
  // A shell looks for a bare name in PATH only.
  return path.includes('/') ? path : `./${path}`;
}

/** What the global flags set, wherever they stand; read before parsing so that usage errors obey --json and --no-color too. */
function early(argv: readonly string[]): Pick<CliContext, 'format' | 'debug'> & { colourRefused: boolean } {
  const asked = argv.findIndex((word) => word === '-o' || word === '--output');
  const named = asked < 0 ? undefined : argv[asked + 1];
  const isJson =
    argv.includes('--json') ||
    argv.some((word) => word.startsWith('--output=json')) ||
    named?.startsWith('json');
  return {
    format: isJson ? 'json' : 'table',
    debug: argv.includes('--debug'),
    colourRefused: argv.includes('--no-color'),
  };
}

async function createContext(argv: readonly string[], exit: { code: number }): Promise<MutableContext> {
  const { env, stdout, stderr } = process;
  const cwd = process.cwd();
  const { colourRefused, ...asked } = early(argv);
  const isTTY = stdout.isTTY === true;
  const isErrTTY = stderr.isTTY === true;
  const inks = [wantsColour(env, isTTY, colourRefused), wantsColour(env, isErrTTY, colourRefused)];
  const coloured = inks.includes(true) ? await colouredPaint() : PLAIN;
  const location = () => ({ config: context.configFlag, socket: context.socketFlag, env, cwd });
  const context: MutableContext = {
    ...asked,
    api: createClient({
      locateSocket: async () => locateSocketQuickly(location()) ?? (await socketPath(location())),
      startCommand: () => {
        const { path, namedBy } = locateConfig(location());
        if (path === null) return 'relay init, then: relay serve';
        return namedBy === null ? 'relay serve' : `relay serve --config ${relative(cwd, path) || path}`;
      },
    }),
    out: stdout,
    err: stderr,
    // Opened when somebody reads it: an open stdin would keep the process alive.
    get stdin() {
      return process.stdin;
    },
    env,
    cwd,
    isTTY,
    isErrTTY,
    width: isTTY ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY,
    paint: inks[0] ? coloured : PLAIN,
    paintErr: inks[1] ? coloured : PLAIN,
    yes: false,
    quiet: false,
    configFlag: undefined,
    socketFlag: undefined,
    now: Date.now,
    invokedAs: invokedAs(process.argv[1], cwd),
    exitWith: (code) => {
      exit.code = code;
    },
    hint: (text) => {
      if (!context.quiet) stderr.write(`${text}\n`);
    },
  };
  return context;
}

function applyFlags(context: MutableContext, flags: GlobalFlags): void {
  context.format = flags.output ?? (flags.json ? 'json' : 'table');
  context.yes = flags.yes === true;
  context.quiet = flags.quiet === true;
  context.debug = flags.debug === true;
  context.configFlag = flags.config;
  context.socketFlag = flags.socket;
}

/** `relay source help list` is `relay source list --help`. */
function helpVerb(argv: readonly string[], words: readonly string[]): readonly string[] {
  if (words[1] !== 'help' || words[0] === 'help' || !NOUN_NAMES.some((name) => name === words[0]))
    return argv;
  return [...argv.filter((word) => word !== 'help'), '--help'];
}

async function run(argv: readonly string[], context: MutableContext): Promise<void> {
  const words = leadingWords(argv);
  if (words.length === 0 && (argv.includes('--version') || argv.includes('-V'))) {
    const { readVersion } = await import('./commands/version.js');
    context.out.write(`${readVersion()}\n`);
    return;
  }
  const noun =
    words[0] === '__complete'
      ? 'completion'
      : NOUN_NAMES.find((name) => name === words[0] && !NEEDS_ALL.has(name));
  const program = await buildProgram(context, noun);
  const wantsOverview =
    words.length === 0 && argv.every((word) => ['-h', '--help', '--no-color'].includes(word));
  if (wantsOverview) {
    context.out.write(overview(program, context));
    return;
  }
  program.hook('preAction', (_program, action) =>
    applyFlags(context, action.optsWithGlobals() as GlobalFlags),
  );
  await program.parseAsync(helpVerb(argv, words) as string[], { from: 'user' });
}

/** The reader has gone (`| head`): nothing more to say, and that is no error. A daemon goes on; it is not there to be read. */
function keepQuietOnBrokenPipe(goesOn: boolean, exit: { code: number }): void {
  const onError = (end: boolean) => (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (end) process.exit(exit.code);
  };
  process.stdout.on('error', onError(!goesOn));
  process.stderr.on('error', onError(false));
}

/** Runs one command line. @returns the exit code; never throws */
export async function main(argv: readonly string[]): Promise<number> {
  const exit = { code: 0 };
  keepQuietOnBrokenPipe(leadingWords(argv)[0] === 'serve', exit);
  const context = await createContext(argv, exit);
  try {
    await run(argv, context);
    return exit.code;
  } catch (error) {
    // commander's way to end after it printed help: 0 when asked for, else the noun stood there without a verb.
    if (error instanceof CommanderError) return error.code === 'commander.help' ? 2 : error.exitCode;
    return printError(error, context);
  }
}
