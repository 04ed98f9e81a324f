import { describe, expect, it } from '@jest/globals';
import { invokedAs } from '../../src/cli/main.js';
import { asInvoked } from '../../src/cli/output/error.js';

describe('what we are called in the commands we print', () => {
  it.each([
    ['/usr/local/bin/relay', '/srv', 'relay'],
    ['/repo/node_modules/.bin/relay', '/repo', 'relay'],
    ['/repo/bin/relay.js', '/repo', 'bin/relay.js'],
    ['/repo/bin/relay.js', '/repo/bin', './relay.js'],
    ['/repo/bin/relay.js', '/repo/docs', '../bin/relay.js'],
    ['/repo/bin/relay.js', '/a/long/way/off', '/repo/bin/relay.js'],
    [undefined, '/repo', 'relay'],
  ])('started as %s in %s: %s', (script, cwd, expected) => {
    expect(invokedAs(script, cwd)).toBe(expected);
  });

  it('is put in place of relay where a fix names a command, and nowhere else', () => {
    expect(asInvoked('start it: relay serve, then relay status (or relay --help)', 'bin/relay.js')).toBe(
      'start it: bin/relay.js serve, then bin/relay.js status (or bin/relay.js --help)',
    );
    expect(asInvoked('look at relay.yaml and my-relay x', 'bin/relay.js')).toBe(
      'look at relay.yaml and my-relay x',
    );
  });
});
