import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { runPackCheck } from '../../src/cli/commands/pack/check.js';
import { runPackNew } from '../../src/cli/commands/pack/new.js';
import { runPackSchema } from '../../src/cli/commands/pack/schema.js';
import { RelayError } from '../../src/core/errors.js';
import { removeDir, tempDir } from '../kit/wait.js';
import { type TestContext, testContext } from './context.js';

let cwd: string;
let context: TestContext;
beforeEach(() => {
  cwd = tempDir();
  mkdirSync(cwd, { recursive: true });
  context = testContext({ cwd });
});
afterEach(() => removeDir(cwd));

const start = (slug: string, options: { from?: string; payload?: string } = {}): void =>
  runPackNew(slug, { dir: 'packs', ...options }, context);
const read = (...path: string[]): string => readFileSync(join(cwd, 'packs', ...path), 'utf8');

async function check(target: string, write = false): Promise<{ out: string; error: RelayError | null }> {
  const own = testContext({ cwd });
  const error = await runPackCheck(target, { write }, own).then(
    () => null,
    (thrown: unknown) => thrown as RelayError,
  );
  return { out: own.printed.out, error };
}

describe('relay pack new', () => {
  it('writes a pack that is green at once and valid by its own schemas', async () => {
    start('my-tool');
    expect(context.printed.out).toBe('wrote pack my-tool in ./packs/my-tool: 5 files\n');
    expect(context.printed.err).toContain('its check is green: 2 cases, 1 story\n');
    expect(context.printed.err).toContain('packs: [./packs]');
    expect(await check('packs/my-tool')).toEqual({
      out: 'ok      my-tool  2 cases, 1 story\n',
      error: null,
    });
    for (const [file, schema] of [
      ['pack.yaml', 'pack.schema.json'],
      ['expected.yaml', 'expected.schema.json'],
    ] as const) {
      const text = read('my-tool', file);
      expect(text).toMatch(new RegExp(`^# yaml-language-server: \\$schema=\\.\\./${schema}\n`));
      const validate = new Ajv({ strict: false }).compile(JSON.parse(read(schema)));
      validate(parse(text));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  it('guesses from a payload, keeps it as a sample and says what it made up', async () => {
    const payload = '{"alert":{"Name":"CPU high","State":"ALERTING","id":99},"tags":["env:prod"]}';
    writeFileSync(join(cwd, 'alert.json'), payload);
    start('our-tool', { payload: 'alert.json' });
    expect(read('our-tool', 'samples', 'firing.json')).toBe(`${payload}\n`);
    expect(context.printed.err).toContain('samples/resolved.json is made up');
    expect(parse(read('our-tool', 'expected.yaml'))).toMatchObject({
      cases: [
        { sample: 'firing', alerts: [{ signal: 'trigger', title: 'CPU high', grouping_id: '99' }] },
        { sample: 'resolved', alerts: [{ signal: 'resolve', grouping_id: '99' }] },
      ],
      stories: [{ results: ['opened', 'repeated', 'resolved'] }],
    });
    expect((await check('packs/our-tool')).error).toBeNull();
  });

  it('says what to write next where the payload is no help', () => {
    writeFileSync(join(cwd, 'odd.json'), '{"title":"{\'a\': 1}","status":"firing","id":"1"}');
    start('odd', { payload: 'odd.json' });
    expect(context.printed.err).toContain(
      'to be written next:\n  sample firing: the title holds a raw value',
    );
  });

  it('can start from a pack that comes with Relay', async () => {
    start('my-generic', { from: 'generic' });
    expect(read('my-generic', 'pack.yaml')).toMatch(/^slug: my-generic$/m);
    expect((await check('packs/my-generic')).error).toBeNull();
    expect(() => start('other', { from: 'genric' })).toThrow(
      expect.objectContaining({ code: 'pack.not_found', fix: 'did you mean "generic"?' }),
    );
  });

  it('overwrites nothing and suggests a name that can be one', () => {
    start('my-tool');
    const before = read('my-tool', 'pack.yaml');
    expect(() => start('my-tool')).toThrow(expect.objectContaining({ code: 'object.exists' }));
    expect(read('my-tool', 'pack.yaml')).toBe(before);
    expect(() => start('My_Tool')).toThrow(
      expect.objectContaining({ fix: 'for example: relay pack new my-tool' }),
    );
    expect(() => start('bad', { payload: 'nowhere.json' })).toThrow(RelayError);
    expect(readdirSync(join(cwd, 'packs')).sort()).toEqual([
      'expected.schema.json',
      'my-tool',
      'pack.schema.json',
    ]);
  });
});

describe('relay pack check', () => {
  it('points at what differs, counts, and names the way out', async () => {
    start('my-tool');
    const file = join(cwd, 'packs', 'my-tool', 'pack.yaml');
    writeFileSync(file, read('my-tool', 'pack.yaml').replace('{{ payload.title or', '{{ payload.titel or'));
    const { out, error } = await check('packs');
    expect(out).toContain('failed  my-tool  2 cases, 1 story, 2 problems\n');
    expect(out).toContain(
      [
        '        sample firing: - expected  + came',
        '                grouping_id: disk-db-1',
        '          -     title: Disk almost full on db-1',
        '          +     title: Alert from My Tool',
      ].join('\n'),
    );
    expect(error).toMatchObject({
      code: 'pack.failed',
      message: 'pack my-tool is not as it says',
      fix: expect.stringContaining('relay pack check packs --write'),
    });
    expect((await check('packs', true)).error).toBeNull();
    expect(read('my-tool', 'expected.yaml')).toMatch(/^# yaml-language-server/);
  });

  it('fills the results of a story that was written without', async () => {
    start('my-tool');
    const file = join(cwd, 'packs', 'my-tool', 'expected.yaml');
    const emptied = read('my-tool', 'expected.yaml').replace(/ {4}results:[\s\S]*$/, '    results: []\n');
    writeFileSync(file, emptied);
    expect((await check('packs/my-tool')).out).toContain(
      'it has no results yet; they would be: opened, repeated, resolved',
    );
    await check('packs/my-tool', true);
    expect(parse(read('my-tool', 'expected.yaml')).stories[0].results).toEqual([
      'opened',
      'repeated',
      'resolved',
    ]);
  });
});

describe('relay pack schema', () => {
  it('prints what is checked', () => {
    runPackSchema({}, context);
    const schema = JSON.parse(context.printed.out);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['slug', 'templates', 'verify']));
    new Ajv({ strict: false }).compile(schema);
  });
});
