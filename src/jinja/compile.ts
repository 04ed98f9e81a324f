// The template language's front door: source text → a template that renders many times. Values in, text or a value out;
// every failure is a TemplateError with its place in the source.

import type { Body, Expression } from './ast.js';
import { ownCopy } from './dicts.js';
import { Fault, limitError, placeAt, TemplateError } from './errors.js';
import { type Compilation, compileNode, type Evaluate } from './evaluate-expression.js';
import { compileBody } from './evaluate-statement.js';
import { freeNames } from './free-names.js';
import { GLOBALS } from './globals.js';
import { toList } from './iterate.js';
import { normalizeNewlines, type Token, tokenize, tokenizeExpression } from './lexer.js';
import { DEFAULT_LIMITS, during, type Limits, Run, type RunSettings } from './limits.js';
import { CHANGING_METHODS } from './methods.js';
import type { Execute } from './output.js';
import { parseTuple } from './parse-expression.js';
import { parseTemplate } from './parse-statement.js';
import { FILTERS, TESTS } from './registry.js';
import { Scope } from './scope.js';
import type { Definitions } from './signature.js';
import { TokenStream } from './token-stream.js';
import { DictView, Generator, Markup, PyRange, Tuple, type Value } from './values.js';

export interface CompileOptions {
  /** Milliseconds since the Unix epoch, for `time()`; the epoch itself when not given, so that rendering stays pure. */
  readonly now?: () => number;
  /** A number from 0 up to 1, for the filter `random`, which fails without it: a template renders the same each time. */
  readonly random?: () => number;
  /** What differs from DEFAULT_LIMITS. */
  readonly limits?: Partial<Limits>;
  /** Names of filters that are switched off and count as unknown. */
  readonly withoutFilters?: readonly string[];
  /**
   * What is rendered is JSON: values are escaped where they stand between quotes, and written as JSON values elsewhere. Whether the whole
   * is JSON is for the caller to see.
   */
  readonly json?: boolean;
}

export interface Template {
  readonly source: string;
  /**
   * Names the template may look up at the top of its context: more than a given rendering reads, never fewer. Globals it calls
   * (`range`, `time`) are among them, since a context may have its own.
   */
  readonly reads: ReadonlySet<string>;
  /** The text. Throws TemplateError. */
  render(context: Readonly<Record<string, unknown>>): string;
  /**
   * The value when the source is one `{{ … }}` or a bare expression, else the text. JSON-like, or one of the language's own
   * objects (values.ts); undefined things are Undefined. Throws TemplateError.
   */
  evaluate(context: Readonly<Record<string, unknown>>): Value;
}

/** A template that is ready to run. */
interface Program {
  readonly body: Body;
  readonly write: Execute;
  /** Of a template that is one expression. */
  readonly value: Evaluate | undefined;
}

const atEpoch = (): number => 0;

const notRandom = (): number => {
  throw new Fault(
    'RuntimeError',
    'the filter random has no source of chance here: texts of alerts do not change',
  );
};

/** A template of text and tags. Throws TemplateError (kind syntax, or limit for sources too big or nested too deep). */
export function compile(source: string, options: CompileOptions = {}): Template {
  const text = normalizeNewlines(source);
  if (!/\{[{%#]/.test(text)) return literal(source, text);
  return guardSource(source, text, options, (limits) => {
    const tokens = tokenize(text, limits.tokens);
    const stream = new TokenStream(text, tokens, limits.nesting);
    const body = parseTemplate(stream);
    const on = compilation(text, stream.assigned, options);
    const only = soleExpression(body);
    const value = only === undefined ? undefined : compileNode(only, on);
    const write = compileBody(body, on);
    return new CompiledTemplate(source, text, settingsOf(options, limits, tokens), { body, write, value });
  });
}

/** A bare expression such as `payload.alerts`; rendering it prints its value. Throws TemplateError. */
export function compileExpression(source: string, options: CompileOptions = {}): Template {
  const text = normalizeNewlines(source);
  return guardSource(source, text, options, (limits) => {
    const tokens = tokenizeExpression(text, limits.tokens);
    const stream = new TokenStream(text, tokens, limits.nesting);
    const node = parseTuple(stream);
    stream.expect('end');
    const on = compilation(text, stream.assigned, options);
    const body: Body = [{ kind: 'output', value: node, at: node.at }];
    const program = { body, write: compileBody(body, on), value: compileNode(node, on) };
    return new CompiledTemplate(source, text, settingsOf(options, limits, tokens), program);
  });
}

function literal(source: string, text: string): Template {
  return { source, reads: new Set(), render: () => text, evaluate: () => text };
}

function soleExpression(body: Body): Expression | undefined {
  const [first] = body;
  return body.length === 1 && first?.kind === 'output' ? first.value : undefined;
}

function guardSource(
  source: string,
  text: string,
  options: CompileOptions,
  build: (limits: Limits) => Template,
): Template {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  if (source.length > limits.source) {
    throw new TemplateError(limitError(`template longer than ${limits.source} characters`), placeAt('', 0));
  }
  try {
    return build(limits);
  } catch (error) {
    throw asTemplateError(error, text, 0);
  }
}

function filtersWithout(names: readonly string[] | undefined): Definitions {
  if (names === undefined) return FILTERS;
  const filters = new Map(FILTERS);
  for (const name of names) filters.delete(name);
  return filters;
}

function compilation(source: string, assigned: ReadonlySet<string>, options: CompileOptions): Compilation {
  return {
    filters: filtersWithout(options.withoutFilters),
    tests: TESTS,
    globals: GLOBALS,
    assigned,
    referenced: new Set(),
    fail: (at, fault) => {
      throw new TemplateError(fault, placeAt(source, at));
    },
  };
}

function settingsOf(options: CompileOptions, limits: Limits, tokens: readonly Token[]): RunSettings {
  return {
    limits,
    now: options.now ?? atEpoch,
    random: options.random ?? notRandom,
    ownsContext: tokens.some(namesChange),
    json: options.json ?? false,
  };
}

/** `.append`, or a text that may become a method's name, so that the context must be copied before rendering. */
function namesChange(token: Token, index: number, tokens: readonly Token[]): boolean {
  if (token.kind === 'string') return CHANGING_METHODS.has(token.text);
  if (token.kind !== 'name' || !CHANGING_METHODS.has(token.text)) return false;
  const before = tokens[index - 1];
  return before?.kind === 'operator' && before.text === '.';
}

class CompiledTemplate implements Template {
  readonly source: string;
  /** The source with its line ends made one, which places of errors count in. */
  private readonly text: string;
  private readonly settings: RunSettings;
  private readonly program: Program;
  private names: ReadonlySet<string> | undefined;

  constructor(source: string, text: string, settings: RunSettings, program: Program) {
    this.source = source;
    this.text = text;
    this.settings = settings;
    this.program = program;
  }

  get reads(): ReadonlySet<string> {
    this.names ??= freeNames(this.program.body);
    return this.names;
  }

  render = (context: Readonly<Record<string, unknown>>): string =>
    this.running(context, (run) => {
      this.program.write(run, new Scope());
      return run.out;
    });

  evaluate = (context: Readonly<Record<string, unknown>>): Value => {
    const { value } = this.program;
    return value === undefined
      ? this.render(context)
      : this.running(context, (run) => settled(run, value(run, new Scope())));
  };

  private running<T>(context: Readonly<Record<string, unknown>>, work: (run: Run) => T): T {
    const { ownsContext } = this.settings;
    const run = new Run(ownsContext ? { ...context } : context, this.settings);
    try {
      return during(run, () => {
        if (ownsContext) ownNames(run, this.reads);
        return work(run);
      });
    } catch (error) {
      throw asTemplateError(error, this.text, run.position);
    }
  }
}

/** Iterators and tuples as arrays, safe HTML as text, so that callers meet JSON's kinds (and Undefined, PyFloat, times). */
function settled(run: Run, value: Value): Value {
  if (value instanceof Markup) return value.text;
  const isItems = value instanceof Generator || value instanceof Tuple || value instanceof DictView;
  return isItems || value instanceof PyRange ? toList(run, value) : value;
}

/** Replaces what the template may read of its context by copies that it may change. */
function ownNames(run: Run, names: ReadonlySet<string>): void {
  const context = run.context as Record<string, unknown>;
  for (const name of names) if (Object.hasOwn(context, name)) context[name] = ownCopy(run, context[name]);
}

function asTemplateError(error: unknown, source: string, position: number): unknown {
  if (error instanceof TemplateError) return error;
  if (error instanceof Fault) return new TemplateError(error, placeAt(source, position));
  // The engine's own walls: the stack, or a string longer than V8 can hold.
  if (error instanceof RangeError) {
    return new TemplateError(
      limitError('template nested too deep or value too big'),
      placeAt(source, position),
    );
  }
  return error;
}
