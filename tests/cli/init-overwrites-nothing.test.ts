import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { relay } from '../kit/cli.js';
import { removeDir, tempDir } from '../kit/wait.js';

let dir: string;
beforeEach(() => {
  dir = tempDir();
});
afterEach(() => removeDir(dir));

describe('relay init', () => {
  it('writes a config that is valid as it is, and says what is next', async () => {
    const { code, stdout, stderr } = await relay(['init'], { cwd: dir });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'wrote relay.yaml and the data folder beside it\n' });
    expect(stderr).toMatch(
      /^next: \S+ serve\n {6}\S+ status --wait\n {6}\S+ source test my-alerts --send\n$/,
    );
    expect(statSync(join(dir, 'relay.yaml')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(dir, 'data'))).toBe(true);
    const checked = await relay(['config', 'validate', '--json'], { cwd: dir });
    expect(JSON.parse(checked.stdout)).toEqual({
      valid: true,
      path: join(dir, 'relay.yaml'),
      diagnostics: [],
    });
  });

  it('makes the folder it is given and names the config in what is next', async () => {
    const { stdout, stderr } = await relay(['init', 'deep/er'], { cwd: dir });
    expect(stdout).toBe('wrote deep/er/relay.yaml and the data folder beside it\n');
    expect(stderr).toContain('serve --config deep/er/relay.yaml\n');
  });

  it('leaves a config that is there as it is and exits 6', async () => {
    writeFileSync(join(dir, 'relay.yaml'), '# mine\n');
    const { code, stderr } = await relay(['init'], { cwd: dir });
    expect(stderr).toContain('error: there is a config already: relay.yaml [object.exists]');
    expect(code).toBe(6);
    expect(readFileSync(join(dir, 'relay.yaml'), 'utf8')).toBe('# mine\n');
  });
});
