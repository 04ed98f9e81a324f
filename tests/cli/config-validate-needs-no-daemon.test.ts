import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { relay } from '../kit/cli.js';
import { removeDir, tempDir } from '../kit/wait.js';

let dir: string;
beforeEach(() => {
  dir = tempDir();
});
afterEach(() => removeDir(dir));

const WRONG = `webhooks:
  - name: crm
    urls: [{ url: "https://crm.example.org/hook" }]
    timeot: 5s
`;

describe('relay config validate', () => {
  it('shows the mistake with its line, and exits 3', async () => {
    writeFileSync(join(dir, 'relay.yaml'), WRONG);
    const { code, stdout, stderr } = await relay(['config', 'validate'], { cwd: dir });
    expect(stdout.replace(/ {2,}\[/, '  [')).toBe(
      `relay.yaml:4:5  error  unknown key "timeot" in webhook "crm"  [config.unknown_key]
    4 |     timeot: 5s
      |     ^^^^^^  did you mean "timeout"?
1 error in relay.yaml; the running daemon is unchanged.
`,
    );
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  });

  it('is an object with --json', async () => {
    writeFileSync(join(dir, 'relay.yaml'), WRONG);
    const { code, stdout } = await relay(['config', 'validate', '--json'], { cwd: dir });
    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      path: join(dir, 'relay.yaml'),
      diagnostics: [
        {
          severity: 'error',
          code: 'config.unknown_key',
          message: 'unknown key "timeot" in webhook "crm"',
          fix: 'did you mean "timeout"?',
          line: 4,
          column: 5,
          length: 6,
        },
      ],
    });
    expect(code).toBe(3);
  });

  it('counts what a valid file holds', async () => {
    writeFileSync(
      join(dir, 'good.yaml'),
      'sources: [{ name: a, pack: generic, channel: ops }]\nchannels: [{ name: ops }]\n',
    );
    const { code, stdout } = await relay(['config', 'validate', 'good.yaml'], { cwd: dir });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'valid: 1 source, 1 channel\n' });
  });

  it.each([
    ['none.yaml', 'config.not_found'],
    ['folder', 'config.unreadable'],
  ])('says why %s cannot be read', async (name, errorCode) => {
    mkdirSync(join(dir, 'folder'));
    const { code, stderr } = await relay(['config', 'validate', name], { cwd: dir });
    expect(stderr).toContain(`[${errorCode}]`);
    expect(code).toBe(3);
  });

  it('says where it looked when no file is named', async () => {
    const env = { HOME: dir };
    const { code, stderr } = await relay(['config', 'path'], { cwd: dir, env });
    expect(stderr).toContain(
      `looked for ${join(dir, 'relay.yaml')}, ${join(dir, '.config/relay/relay.yaml')}, /etc/`,
    );
    expect(code).toBe(3);
  });
});

describe('relay config schema', () => {
  it('is a JSON Schema that knows the sections', async () => {
    const { stdout } = await relay(['config', 'schema'], { cwd: dir });
    expect(Object.keys(JSON.parse(stdout).properties)).toEqual(
      expect.arrayContaining(['server', 'sources', 'channels', 'webhooks']),
    );
  });
});
