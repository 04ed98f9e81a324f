import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { confirm } from '../../src/cli/output/confirm.js';
import { testContext } from './context.js';
import { type FakeDaemon, startFakeDaemon } from './fake-daemon.js';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await startFakeDaemon({ 'DELETE /sources/old': {} });
});
afterEach(() => daemon.remove());

/** A terminal on which somebody types this. */
function typed(text: string): NodeJS.ReadStream {
  const stream = Object.assign(new PassThrough(), { isTTY: true });
  stream.end(text);
  return stream as unknown as NodeJS.ReadStream;
}

describe('a severe deletion', () => {
  it('is refused with exit 2 when there is nobody to ask', async () => {
    const { code, stderr } = await daemon.relay(['source', 'remove', 'old']);
    expect(stderr).toContain('error: removing source old needs a confirmation [usage.confirmation_required]');
    expect(stderr).toContain('fix: add --yes when you are sure');
    expect(code).toBe(2);
    expect(daemon.asked).toEqual([]);
  });

  it('goes ahead with --yes', async () => {
    const { code, stdout } = await daemon.relay(['source', 'rm', 'old', '--yes']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'removed source old\n' });
    expect(daemon.asked.map(({ method, path }) => `${method} ${path}`)[0]).toBe('DELETE /sources/old');
  });

  it('goes ahead when the name was typed', async () => {
    const context = testContext({ stdin: typed('old\n') });
    await expect(confirm(context, 'source old', 'old', 'its URL ends')).resolves.toBeUndefined();
    expect(context.printed.err).toBe(
      'This removes source old: its URL ends.\nType the name (old) to go on: ',
    );
  });

  it.each(['yes\n', '\n', ''])('is not done when %j was typed', async (answer) => {
    const context = testContext({ stdin: typed(answer) });
    await expect(confirm(context, 'source old', 'old', 'its URL ends')).rejects.toMatchObject({
      code: 'usage.confirmation_required',
    });
  });
});
