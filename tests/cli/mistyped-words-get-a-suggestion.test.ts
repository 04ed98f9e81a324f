import { describe, expect, it } from '@jest/globals';
import { nearestName } from '../../src/core/nearest.js';
import { relay } from '../kit/cli.js';

describe('a mistyped command line', () => {
  it.each([
    [['surce', 'list'], 'usage.unknown_command', 'did you mean: bin/relay.js source'],
    [['source', 'lst'], 'usage.unknown_command', 'did you mean: bin/relay.js source list'],
    [['source', 'delete', 'x'], 'usage.unknown_command', 'did you mean: bin/relay.js source remove'],
    [['alerts'], 'usage.unknown_command', 'did you mean: bin/relay.js incident'],
    [['source', 'list', '--serch', 'x'], 'usage.unknown_flag', 'did you mean --search?'],
    [['pack', 'list', '--sort', 'titel'], 'usage.invalid', 'did you mean --sort title?'],
    [['source', 'list', '-o', 'jsn'], 'usage.invalid', 'did you mean -o json?'],
    [['source', 'add', 'datadog'], 'usage.invalid', 'bin/relay.js source add --help'],
    [['source', 'list', '--limit', '0'], 'usage.invalid', '--limit 100'],
    [['source', 'rejects', 'x', '--since', 'yesterday'], 'usage.invalid_time', '--since 2h'],
    [['event', 'list', '--type', 'source.*'], 'usage.invalid', 'event list --search source.'],
    [['help', 'exit-code'], 'usage.unknown_command', 'did you mean: bin/relay.js help exit-codes'],
    [['completion', 'zshell'], 'usage.invalid', 'did you mean: bin/relay.js completion zsh'],
  ])('%j is refused with exit 2 and a fix', async (args, code, fix) => {
    const result = await relay(args);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.stderr).toContain(fix);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(2);
  });

  it('is an object on stderr with --json', async () => {
    const { stderr } = await relay(['pack', 'list', '--jsn', '--json']);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'usage.unknown_flag',
        message: 'unknown flag --jsn',
        why: 'relay pack list does not have it',
        fix: 'did you mean --json? all flags: relay pack list --help',
      },
    });
  });

  it('of a noun without a verb prints the help of the noun and exits 2', async () => {
    const { code, stdout, stderr } = await relay(['pack']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: \S*relay\S* pack /);
  });
});

describe('nearest', () => {
  it.each([
    ['webhok', ['webhook', 'channel'], 'webhook'],
    ['--dryrun', ['--dry-run', '--debug'], '--dry-run'],
    ['stat', ['start', 'status'], 'status'],
    ['xyz', ['source', 'pack'], undefined],
    ['bk', ['am', 'crm'], undefined],
    ['bk', ['am', 'bg'], 'bg'],
  ])('%s among %j is %s', (word, known, expected) => {
    expect(nearestName(word, known)).toBe(expected);
  });
});
