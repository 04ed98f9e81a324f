import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeDaemon, startFakeDaemon } from './fake-daemon.js';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await startFakeDaemon({
    'POST /sources': { name: 'k8s', secret: null },
    'GET /sources/k8s/url': { url: 'http://127.0.0.1:8480/in/k8s/key' },
    'PATCH /sources/k8s': {},
    'POST /sources/k8s/pause': {},
    'POST /sources/k8s/rotate-key': { url: 'http://127.0.0.1:8480/in/k8s/new' },
  });
});
afterEach(() => daemon.remove());

const bodies = () => daemon.asked.map(({ method, path, body }) => [`${method} ${path}`, body]);

describe('relay source', () => {
  it('add sends the config file’s form and prints the Integration URL', async () => {
    writeFileSync(join(daemon.dir, 'title.j2'), '{{ payload.title }}\n');
    const { code, stdout, stderr } = await daemon.relay(
      'source add alertmanager k8s --channel ops --split alerts --template title=@title.j2 --template message=hi'.split(
        ' ',
      ),
    );
    expect(bodies()[0]).toEqual([
      'POST /sources',
      {
        name: 'k8s',
        pack: 'alertmanager',
        channel: 'ops',
        split: 'alerts',
        templates: { title: '{{ payload.title }}', message: 'hi' },
      },
    ]);
    expect(stdout).toBe(
      'added source k8s (alertmanager); post alerts to its Integration URL:\n  http://127.0.0.1:8480/in/k8s/key\n',
    );
    expect(stderr).toMatch(/^next: \S+ source show k8s\n {6}\S+ source test k8s --send\n$/);
    expect(code).toBe(0);
  });

  it('edit sends only what was named, and null for an empty value', async () => {
    const { stdout } = await daemon.relay(['source', 'edit', 'k8s', '--service', '', '--priority', 'P2']);
    expect(bodies()).toEqual([['PATCH /sources/k8s', { service: null, priority: 'P2' }]]);
    expect(stdout).toBe('changed source k8s: service, priority\n');
  });

  it('edit takes the flags of two words under the names of the config file', async () => {
    await daemon.relay(['source', 'edit', 'k8s', '--rate-limit', '300/5m', '--auto-resolve-after', '']);
    expect(bodies()).toEqual([['PATCH /sources/k8s', { rate_limit: '300/5m', auto_resolve_after: null }]]);
  });

  it('edit without a flag is a usage error and asks nothing', async () => {
    const { code, stderr } = await daemon.relay(['source', 'edit', 'k8s']);
    expect(stderr).toContain('error: nothing to change [usage.invalid]');
    expect({ code, asked: daemon.asked.length }).toEqual({ code: 2, asked: 0 });
  });

  it.each([['title'], ['=x'], ['title=@none.j2']])('--template %s is refused', async (given) => {
    const { code, stderr } = await daemon.relay(['source', 'edit', 'k8s', '--template', given]);
    expect(stderr).toContain('[usage.invalid]');
    expect({ code, asked: daemon.asked.length }).toEqual({ code: 2, asked: 0 });
  });

  it('url prints the URL alone, so that a shell can take it', async () => {
    expect(await daemon.relay(['source', 'url', 'k8s'])).toEqual({
      code: 0,
      stdout: 'http://127.0.0.1:8480/in/k8s/key\n',
      stderr: '',
    });
  });

  it('pause and rotate-key say what changed; --json says it for programs', async () => {
    expect((await daemon.relay(['source', 'pause', 'k8s'])).stdout).toBe('source k8s is paused\n');
    const rotated = await daemon.relay(['source', 'rotate-key', 'k8s', '--yes', '--json']);
    expect(JSON.parse(rotated.stdout)).toEqual({ name: 'k8s', url: 'http://127.0.0.1:8480/in/k8s/new' });
  });
});
