import { afterEach, describe, expect, it } from '@jest/globals';
import { type FakeDaemon, Refusal, startFakeDaemon } from './fake-daemon.js';

let daemon: FakeDaemon;
afterEach(() => daemon.remove());

const refusal = (status: number, error: Record<string, unknown>) => new Refusal(status, { error });

describe('an error that the daemon answers', () => {
  it.each([
    ['object.not_found', 404, 5],
    ['object.exists', 409, 6],
    ['config.origin_file', 409, 6],
    ['object.invalid', 422, 2],
    ['auth.forbidden', 403, 4],
    ['store.unavailable', 503, 1],
    ['a.code_of_a_newer_daemon', 500, 70],
  ])('%s exits %i → %i', async (code, status, exit) => {
    const error = { code, message: 'no such source: x', why: 'because', fix: 'relay source list' };
    daemon = await startFakeDaemon({ 'GET /sources/x': refusal(status, error) });
    const result = await daemon.relay(['source', 'show', 'x']);
    expect(result.stderr).toContain('error: no such source: x [');
    expect(result.stderr).toMatch(/\nwhy: because\nfix: \S*relay\.js source list\n$/);
    expect(result.code).toBe(exit);
    const asJson = await daemon.relay(['source', 'show', 'x', '--json']);
    expect(JSON.parse(asJson.stderr).error).toMatchObject({ message: error.message, why: error.why });
  });

  it('shows each mistake of a config that was refused, with its line of the file', async () => {
    const { writeFileSync } = await import('node:fs');
    daemon = await startFakeDaemon({
      'GET /status': () => ({ config_path: `${daemon.dir}/relay.yaml` }),
      'POST /config/reload': refusal(422, {
        code: 'config.invalid',
        message: '1 mistake in relay.yaml',
        diagnostics: [
          {
            severity: 'error',
            code: 'unknown_key',
            message: 'unknown key "timeot" in webhook "crm"',
            fix: 'did you mean "timeout"?',
            line: 2,
            column: 5,
            length: 6,
          },
        ],
      }),
    });
    writeFileSync(`${daemon.dir}/relay.yaml`, '# x\n    timeot: 5s\n');
    const { code, stderr } = await daemon.relay(['config', 'reload']);
    expect(stderr).toContain('relay.yaml:2:5  error  unknown key "timeot" in webhook "crm"');
    expect(stderr).toContain('    2 |     timeot: 5s\n      |     ^^^^^^  did you mean "timeout"?\n');
    expect(stderr).toContain('the running daemon is unchanged');
    expect(code).toBe(3);
  });

  it('is a bug when it is none of the API', async () => {
    daemon = await startFakeDaemon({ 'GET /sources/x': new Refusal(502, 'Bad Gateway') });
    const { code, stderr } = await daemon.relay(['source', 'show', 'x']);
    expect(stderr).toContain('the daemon answered 502 without saying why [internal.bug]');
    expect(code).toBe(70);
  });
});
