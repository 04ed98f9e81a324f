import { expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ConfigError } from '../../src/config/config-error.js';
import { maskSecrets } from '../../src/config/masked-text.js';

it('a config error that is logged whole says what is wrong and holds nothing of the file', () => {
  let line = '';
  const log = pino(
    {},
    {
      write: (text: string) => {
        line += text;
      },
    },
  );
  const at = { line: 3, column: 5 };
  const mistake = { severity: 'error', code: 'x', message: 'no such key', at, length: 1 } as never;
  const error = new ConfigError('/etc/relay.yaml', maskSecrets('name: crm-of-acme\nsecret: hunter2\n'), [
    mistake,
  ]);
  log.error({ err: error }, 'the config was not reloaded');
  expect(line).toContain('no such key');
  expect(line).not.toContain('crm-of-acme');
  expect(line).not.toContain('hunter2');
  expect(error.text).toContain('name: crm-of-acme\nsecret: ');
  expect(error.text).not.toContain('hunter2');
});
