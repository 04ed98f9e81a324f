// A user of the package, in a folder of their own: imports by name, renders, catches the typed error, type-checks. Runs what is in dist.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'relay-consumer-'));
  mkdirSync(join(dir, 'node_modules'));
  symlinkSync(ROOT, join(dir, 'node_modules', 'relay'), 'dir');
  writeFileSync(join(dir, 'package.json'), '{"name":"consumer","type":"module"}');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly text: string;
}

function node(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: dir }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: stdout + stderr });
    });
  });
}

function write(name: string, lines: readonly string[]): string {
  writeFileSync(join(dir, name), lines.join('\n'));
  return name;
}

describe("import { compile } from 'relay/jinja'", () => {
  it('renders, many times from one compiled template, and throws a typed error with its place', async () => {
    const script = write('use.js', [
      "import { compile, TemplateError } from 'relay/jinja';",
      "const template = compile('{{ host }} is {{ state | upper }}');",
      "console.log(template.render({ host: 'db-1', state: 'down' }));",
      "console.log(template.render({ host: 'db-2', state: 'up' }));",
      "for (const source of ['one\\n{{ 1 | uper }}', '{{ 1 / 0 }}', '{% for i in range(99999999) %}{% endfor %}']) {",
      '  try { compile(source).render({}); } catch (error) {',
      '    console.log(error instanceof TemplateError, error.code, error.line, error.column, error.suggestion);',
      '  }',
      '}',
    ]);
    expect(await node(script)).toEqual({
      code: 0,
      text: [
        'db-1 is DOWN',
        'db-2 is UP',
        'true template.syntax 2 8 upper',
        'true template.runtime 1 6 undefined',
        'true template.limit 1 18 undefined',
        '',
      ].join('\n'),
    });
  });

  it('type-checks in strict TypeScript, and a wrong use is a type error', async () => {
    const flags =
      '--noEmit --strict --module nodenext --target es2023 --skipLibCheck false --types --ignoreConfig';
    const check = (file: string): Promise<Ended> =>
      node(join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ...flags.split(' '), file);
    const good = write('good.ts', [
      "import { compile, TemplateError } from 'relay/jinja';",
      "const text: string = compile('{{ a }}').render({ a: 1 });",
      'try {',
      '  compile(text, { now: () => Date.now(), limits: { steps: 10 } });',
      '} catch (error) {',
      '  if (error instanceof TemplateError) console.log(error.line.toFixed(), error.kind === "limit", error.suggestion?.length);',
      '}',
    ]);
    const wrong = write('wrong.ts', [
      "import { compile } from 'relay/jinja';",
      "const count: number = compile('{{ a }}').render({});",
    ]);
    expect(await check(good)).toEqual({ code: 0, text: '' });
    const refused = await check(wrong);
    expect(refused.code).not.toBe(0);
    expect(refused.text).toMatch(/wrong\.ts.*'string' is not assignable to type 'number'/);
  });

  it('gives out nothing else of the inside', async () => {
    const script = write('deep.js', [
      "await import('relay/dist/jinja/compile.js').catch((error) => console.log(error.code));",
      "await import('relay').catch((error) => console.log(error.code));",
    ]);
    expect(await node(script)).toEqual({
      code: 0,
      text: 'ERR_PACKAGE_PATH_NOT_EXPORTED\nERR_PACKAGE_PATH_NOT_EXPORTED\n',
    });
  });
});
