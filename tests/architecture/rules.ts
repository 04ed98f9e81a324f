// What may import what, as data, and the reading of import statements. The rules are those of docs/architecture.md.

import { posix } from 'node:path';

export interface SourceFile {
  /** Relative to src/, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** For relative imports: the file meant, relative to src/, ending in `.ts`. */
  readonly target: string | null;
  /** `import type`, or nothing but inline `type` names: gone after compilation. */
  readonly typeOnly: boolean;
}

const EVERYTHING = [
  'core',
  'jinja',
  'model',
  'config',
  'sources',
  'destinations',
  'filters',
  'store',
  'delivery',
  'mail',
  'http',
  'relay.ts',
];

/** What names the stages of an alert, and what shows them: all of them but the daemon, and of the store its interface alone. */
const STAGES = [
  'core',
  'jinja',
  'model',
  'config',
  'sources',
  'destinations',
  'filters',
  'store/store.ts',
  'delivery',
];

/** Folder (or file at the top) → what it may import beside itself. A trailing `.ts` names one file, `type ` allows its types alone. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  jinja: ['core'],
  model: ['core'],
  // Objects made by CLI or API come from the database in the file's form: config knows that form's type, never the store.
  config: ['core', 'model', 'jinja', 'sources', 'destinations', 'type store/store.ts'],
  sources: ['core', 'model', 'jinja'],
  // Payloads are read for bodies and for filters as they are for the templates of their source.
  destinations: ['core', 'model', 'jinja', 'sources/alert/payload.ts'],
  filters: ['core', 'model', 'jinja', 'sources/alert/payload.ts'],
  store: ['core', 'model'],
  // Failure mails: told by delivery, kept by the store, sent through the config's mail server.
  mail: ['core', 'model', 'type store/store.ts', 'type config/spec.ts', 'type delivery/engine.ts'],
  delivery: ['core', 'model', 'store/store.ts', 'destinations/driver.ts', 'destinations/registry.ts'],
  http: STAGES,
  'relay.ts': STAGES,
  daemon: EVERYTHING,
  // The model is pure and small: the CLI words the same rules about event types and ids as the daemon. Packs are checked where no
  // daemon runs: on the machine of who writes one.
  cli: ['core', 'model', 'config', 'sources', 'type http/wire/api-types.ts'],
};

/** Packages that belong to one place. */
export const PACKAGE_HOME: Readonly<Record<string, readonly string[]>> = {
  'better-sqlite3': ['store/sqlite/'],
  undici: ['delivery/', 'sources/verify/sns-fetch.ts'],
  nodemailer: ['mail/'],
  fastify: ['http/'],
  commander: ['cli/'],
  chalk: ['cli/', 'destinations/console/'],
  'cli-progress': ['cli/'],
};

const STATEMENT = /^\s*(?:import|export)\s+(type\s+)?([^'";]*?\s+from\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

function targetOf(path: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
}

export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  for (const [, type, names, specifier] of file.text.matchAll(STATEMENT)) {
    const inline = /^\{(.*)\}\s+from\s+$/s.exec((names ?? '').trim().concat(' '));
    const listed = inline?.[1]?.split(',').filter((name) => name.trim() !== '') ?? [];
    const allTypes = listed.length > 0 && listed.every((name) => name.trim().startsWith('type '));
    found.push({
      specifier: specifier as string,
      target: targetOf(file.path, specifier as string),
      typeOnly: type !== undefined || allTypes,
    });
  }
  for (const [, specifier] of file.text.matchAll(DYNAMIC)) {
    found.push({
      specifier: specifier as string,
      target: targetOf(file.path, specifier as string),
      typeOnly: false,
    });
  }
  return found;
}

/** The room a path belongs to: its first folder, or the file itself at the top. */
const roomOf = (path: string): string => path.split('/')[0] as string;

function covers(rule: string, target: string, typeOnly: boolean): boolean {
  if (rule.startsWith('type ')) return typeOnly && covers(rule.slice('type '.length), target, typeOnly);
  return rule.endsWith('.ts') ? target === rule : target.startsWith(`${rule}/`);
}

function wrongDirection(file: SourceFile, target: string, typeOnly: boolean): boolean {
  const room = roomOf(file.path);
  if (room === 'cli' && file.path.startsWith('cli/commands/serve') && roomOf(target) === 'daemon')
    return false;
  if (roomOf(target) !== room)
    return !(MAY_IMPORT[room] ?? []).some((rule) => covers(rule, target, typeOnly));
  return false;
}

/** Drivers know their own folder and what all kinds share at the top; only the registry knows the kinds. */
function foreignDriver(file: SourceFile, target: string): boolean {
  const kind = /^destinations\/([^/]+)\//.exec(file.path)?.[1];
  if (kind === undefined || !target.startsWith('destinations/')) return false;
  if (target === 'destinations/registry.ts') return true;
  return target.split('/').length > 2 && !target.startsWith(`destinations/${kind}/`);
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] as string);
}

const DEFAULT_EXPORT = /^\s*export\s+default\b|^\s*export\s*\{[^}]*\bas\s+default\b/m;

/** Everything in a file that breaks a rule, each as one sentence. */
export function violationsOf(file: SourceFile): string[] {
  const wrong: string[] = [];
  const say = (what: string): void => {
    wrong.push(`${file.path} ${what}`);
  };
  for (const { specifier, target, typeOnly } of importsOf(file)) {
    if (target !== null) {
      if (!specifier.endsWith('.js')) say(`imports ${specifier} without .js`);
      if (wrongDirection(file, target, typeOnly)) say(`must not import ${target}`);
      if (foreignDriver(file, target)) say(`must not import another kind's ${target}`);
      continue;
    }
    const homes = PACKAGE_HOME[packageOf(specifier)];
    if (homes && !typeOnly && !homes.some((home) => file.path.startsWith(home))) {
      say(`must not import ${specifier}, which belongs to ${homes.join(', ')}`);
    }
  }
  const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0);
  if (lines > 400) say(`has ${lines} lines, more than 400`);
  if (DEFAULT_EXPORT.test(file.text)) say('has a default export');
  const first = file.text.replace(/^#!.*\n/, '').trimStart();
  if (!first.startsWith('//') && !first.startsWith('/*'))
    say('does not begin with a comment that says what it owns');
  return wrong;
}

/** The shortest way of imports that leads from a file back to it, types and dynamic imports included; null where there is none. */
function circleOf(start: string, targets: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const ways: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const target of targets.get(way.at(-1) as string) ?? []) {
      if (target === start) return way;
      if (seen.has(target)) continue;
      seen.add(target);
      ways.push([...way, target]);
    }
  }
  return null;
}

/** Files that import each other, each circle as one line. What both need belongs into the file that owns it. */
export function circlesIn(files: readonly SourceFile[]): string[] {
  const targets = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap(({ target }) => target ?? [])] as const),
  );
  const circles = new Map<string, string>();
  for (const { path } of files) {
    const circle = circleOf(path, targets);
    if (circle !== null) circles.set([...circle].sort().join(), [...circle, path].join(' → '));
  }
  return [...circles.values()];
}
