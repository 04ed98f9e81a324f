// The compiled command line in a process of its own: global flags, exit codes, Ctrl-C, a reader that goes away.

import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BIN, type CliResult, ROOT, relay, testEnv } from '../kit/cli.js';
import { untilTrue } from '../kit/wait.js';
import { type Asked, type CannedApi, cannedApi } from './kit/canned-api.js';
import { DELIVERED, DELIVERY, INCIDENT } from './kit/samples.js';

let api: CannedApi;
const operate = (...args: string[]): Promise<CliResult> => relay([...args, '--socket', api.socket]);

/** Starts a command that runs until it is told to stop. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [BIN, ...args, '--socket', api.socket], {
    cwd: ROOT,
    env: testEnv(),
  });
  const seen = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    seen.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    seen.stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { seen, ended, interrupt: () => child.kill('SIGINT') };
}

beforeAll(async () => {
  api = await cannedApi({
    'GET /deliveries': { items: [DELIVERY, DELIVERED], next: 'more' },
    'POST /incidents/inc_1/acknowledge': INCIDENT,
    'GET /tail': (_asked: Asked, response: import('node:http').ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.flushHeaders();
      return undefined;
    },
  });
});
afterAll(() => api.close());

describe('the real command line', () => {
  it('prints lists as JSON, names and a table without colours', async () => {
    const json = await operate('delivery', 'list', '--json');
    expect(JSON.parse(json.stdout)).toEqual({ items: [DELIVERY, DELIVERED], next: 'more' });
    const names = await operate('delivery', 'ls', '-o', 'name');
    expect(names.stdout).toBe(`${DELIVERY.id}\n${DELIVERED.id}\n`);
    const table = await operate('delivery', 'list');
    expect(table.stdout.split('\n')[0]).toMatch(
      /^sent at +delivery +event +destination +url +result +tries +state$/,
    );
    expect(table.stderr).toBe('more: add --after more\n');
  });

  it('tells failures by exit code, as JSON when asked', async () => {
    const missing = await operate('incident', 'show', 'inc_9', '--json');
    expect([missing.code, missing.stdout, JSON.parse(missing.stderr).error.code]).toEqual([
      5,
      '',
      'object.not_found',
    ]);
    const several = await operate('incident', 'ack', 'inc_9', 'inc_1');
    expect([several.code, several.stdout]).toEqual([5, `acknowledged ${INCIDENT.id}  ${INCIDENT.title}\n`]);
    expect((await operate('webhook', 'add', 'crm')).code).toBe(2);
    expect((await relay(['webhook', 'list', '--socket', `${api.socket}.gone`])).code).toBe(7);
  });

  it('ends listen with 0 and its count on Ctrl-C', async () => {
    const listening = start('listen', '--port', '0');
    const url = await untilTrue('it listens', () => /listening on (\S+),/.exec(listening.seen.stderr)?.[1]);
    await fetch(url, { method: 'POST', body: 'hello' });
    await untilTrue('it shows the request', () => listening.seen.stdout.includes('hello'));
    listening.interrupt();
    expect(await listening.ended).toBe(0);
    expect(listening.seen.stderr).toContain('1 request: 1 not signed; answered 200 × 1');
  });

  it('ends tail with 0 on Ctrl-C', async () => {
    const before = api.asked.length;
    const tail = start('tail');
    await untilTrue('it follows', () => api.asked.slice(before).some((asked) => asked.path === '/tail'));
    tail.interrupt();
    expect([await tail.ended, tail.seen.stdout, tail.seen.stderr]).toEqual([0, '', '']);
  });
});
