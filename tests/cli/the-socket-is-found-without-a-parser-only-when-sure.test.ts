import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { quickSocket } from '../../src/cli/quick-socket.js';
import { socketOf } from '../../src/config/locate.js';
import { ROOT } from '../kit/cli.js';

const parsed = (text: string): string => socketOf(parse(text), '/srv');

describe('the socket', () => {
  it.each([
    '',
    'data: ./here\n',
    'data: ./here # comment\n',
    'data: /var/lib/relay\r\nserver:\r\n  listen: 127.0.0.1:1\r\n',
    '# data: ./old\ndata:   ./new\n',
    'server:\n  listen: 127.0.0.1:1   # and the control socket\n',
    '# socket: x\nsources:\n  - { name: a, pack: generic }\n',
    'sources:\n  - name: a\n    data: x\n',
    readFileSync(join(ROOT, 'config.example.yaml'), 'utf8'),
  ])('is known at once in %j', (text) => {
    expect(quickSocket(text, '/srv')).toBe(parsed(text));
  });

  it.each([
    'server:\n  socket: ./x.sock\n',
    'server: { socket: ./x.sock }\n',
    'server: { "socket": ./x.sock }\n',
    'server: { "sock\\u0065t": ./x.sock }\n',
    '{ data: ./x }\n',
    '"data": ./x\n',
    '? data\n: ./x\n',
    '<<: { data: ./x }\n',
    'data : ./x\n',
    'data: "./x"\n',
    'data: &here ./x\n',
    'data:\n  ./x\n',
    'data: ./x\ndata: ./y\n',
    'data: 2024\n',
    'data: ./a b\n',
    'data: ./x#y\n',
    'data: env:DATA\n',
  ])('is left to the parser in %j', (text) => {
    expect(quickSocket(text, '/srv')).toBeUndefined();
  });
});
