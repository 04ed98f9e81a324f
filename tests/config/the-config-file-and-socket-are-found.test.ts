import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfigFile } from '../../src/config/load.js';
import { locateConfig, socketPath } from '../../src/config/locate.js';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'relay-locate-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function write(path: string, text = ''): string {
  const whole = join(cwd, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

describe('the config file', () => {
  it('is the named one, then the one here, then the one in the home folder', () => {
    const env = { HOME: join(cwd, 'home') };
    const home = write('home/.config/relay/relay.yaml');
    expect(locateConfig({ env, cwd }).path).toBe(home);
    const xdg = write('xdg/relay/relay.yaml');
    expect(locateConfig({ env: { ...env, XDG_CONFIG_HOME: join(cwd, 'xdg') }, cwd }).path).toBe(xdg);
    const here = write('relay.yaml');
    expect(locateConfig({ env, cwd }).path).toBe(here);
    const named = { ...env, RELAY_CONFIG: 'named.yaml' };
    expect(locateConfig({ env: named, cwd })).toMatchObject({
      path: join(cwd, 'named.yaml'),
      namedBy: '$RELAY_CONFIG',
    });
    expect(locateConfig({ config: 'flag.yaml', env: named, cwd })).toMatchObject({
      path: join(cwd, 'flag.yaml'),
      namedBy: '--config',
    });
  });

  it('that is missing, or a folder, is an error with a code', () => {
    expect(() => loadConfigFile(join(cwd, 'none.yaml'), { variables: {} })).toThrow(
      expect.objectContaining({ code: 'config.not_found' }),
    );
    expect(() => loadConfigFile(cwd, { variables: {} })).toThrow(
      expect.objectContaining({ code: 'config.unreadable' }),
    );
  });
});

describe('the control socket', () => {
  const env = { HOME: '/nonexistent' };

  it('is $RELAY_SOCKET, whatever the file says', async () => {
    write('relay.yaml', 'server: { socket: ./other.sock }');
    expect(await socketPath({ env: { ...env, RELAY_SOCKET: '/run/r.sock' }, cwd })).toBe('/run/r.sock');
  });

  it.each([
    ['server: { socket: run/r.sock }', 'etc/run/r.sock'],
    ['data: ../var', 'var/relay.sock'],
    ['channels: []', 'etc/data/relay.sock'],
    ['not: [ valid', 'etc/data/relay.sock'],
    ['server: 5', 'etc/data/relay.sock'],
    ['', 'etc/data/relay.sock'],
  ])('is what the file says, relative to its folder: %j', async (text, expected) => {
    write('etc/relay.yaml', text);
    expect(await socketPath({ config: 'etc/relay.yaml', env, cwd })).toBe(join(cwd, expected));
  });

  it('is ./data/relay.sock without a file', async () => {
    write('home/x');
    const alone = { env: { HOME: join(cwd, 'home') }, cwd };
    // A machine may have /etc/relay/relay.yaml.
    const found = locateConfig(alone).path;
    if (found === null) expect(await socketPath(alone)).toBe(join(cwd, 'data/relay.sock'));
    else expect(found).toBe('/etc/relay/relay.yaml');
  });

  it('of a named file that is missing is an error', async () => {
    await expect(socketPath({ config: 'none.yaml', env, cwd })).rejects.toMatchObject({
      code: 'config.not_found',
    });
  });
});
