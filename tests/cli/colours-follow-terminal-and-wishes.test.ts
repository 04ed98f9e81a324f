import { describe, expect, it } from '@jest/globals';
import { wantsColour } from '../../src/cli/output/paint.js';
import { relay } from '../kit/cli.js';

describe('colours', () => {
  it.each([
    ['a terminal', {}, true, false, true],
    ['a pipe', {}, false, false, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true, false, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, true, false, true],
    ['--no-color', {}, true, true, false],
    ['TERM=dumb', { TERM: 'dumb' }, true, false, false],
    ['FORCE_COLOR on a pipe', { FORCE_COLOR: '1' }, false, false, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false, false],
    ['--no-color against FORCE_COLOR', { FORCE_COLOR: '1' }, false, true, false],
  ])('%s', (_name, env, isTTY, refused, expected) => {
    expect(wantsColour(env, isTTY, refused)).toBe(expected);
  });

  it('change style only: without them the same words remain', async () => {
    const forced = { NO_COLOR: '', FORCE_COLOR: '1', TERM: 'xterm' };
    const coloured = await relay(['surce'], { env: forced });
    const refused = await relay(['surce', '--no-color'], { env: forced });
    expect(coloured.stderr).toContain('\u001b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
    expect(coloured.stderr.replace(/\u001b\[\d+m/g, '')).toBe(refused.stderr);
  });
});
