import { describe, expect, it } from '@jest/globals';
import { TOPICS } from '../../src/cli/commands/help.js';
import { CATALOGUE } from '../../src/core/errors.js';
import { relay } from '../kit/cli.js';

describe('relay help', () => {
  it('exit-codes has every code that an error can end with', () => {
    const told = [...(TOPICS['exit-codes'] ?? '').matchAll(/^ +(\d+) {2}\S/gm)].map((match) =>
      Number(match[1]),
    );
    const used = new Set(Object.values(CATALOGUE).map(({ exit }) => exit));
    expect([...used].filter((exit) => !told.includes(exit))).toEqual([]);
  });

  it.each(Object.keys(TOPICS))('%s is printed on stdout', async (topic) => {
    expect(await relay(['help', topic])).toEqual({ code: 0, stdout: TOPICS[topic], stderr: '' });
  });

  it('of a verb is the same by help, --help and the verb help', async () => {
    const [first, second, third] = await Promise.all([
      relay(['help', 'source', 'add']),
      relay(['source', 'add', '--help']),
      relay(['source', 'help', 'add']),
    ]);
    expect(first.stdout).toContain('Examples:\n');
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it('is the overview when no words are given', async () => {
    const [alone, help, flag] = await Promise.all([relay([]), relay(['help']), relay(['--help'])]);
    expect(alone.stdout).toMatch(/\nRUN\n {2}serve /);
    expect(help).toEqual(alone);
    expect(flag).toEqual(alone);
    expect(alone.code).toBe(0);
  });
});
