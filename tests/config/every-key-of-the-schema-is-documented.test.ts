// docs/config.md and the schema must name the same keys, and the page's examples must be right.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfigText } from '../../src/config/load.js';
import { configSchema } from '../../src/config/schema.js';
import { validateObject } from '../../src/config/validate-object.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/config.md', import.meta.url)), 'utf8');

function keysOf(schema: unknown, keys = new Set<string>()): Set<string> {
  if (Array.isArray(schema)) for (const part of schema) keysOf(part, keys);
  else if (typeof schema === 'object' && schema !== null) {
    for (const [keyword, part] of Object.entries(schema)) {
      if (keyword === 'properties') for (const key of Object.keys(part as object)) keys.add(key);
      if (keyword !== 'if') keysOf(keyword === 'properties' ? Object.values(part as object) : part, keys);
    }
  }
  return keys;
}

describe('docs/config.md', () => {
  it('names every key of the schema', () => {
    const keys = [...keysOf(configSchema)];
    expect(keys).toEqual(expect.arrayContaining(['server', 'public_url', 'verify_ssl', 'color', 'phone']));
    const documented = (key: string) => new RegExp(`\`[^\`]*\\b${key}\\b[^\`]*\``).test(PAGE);
    expect(keys.filter((key) => !documented(key))).toEqual([]);
  });

  it('shows examples that make one valid config together', () => {
    const blocks = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] as string);
    // One example shows keys that stand under a destination, not at the top.
    const [keysOfDestination, ...others] = blocks.filter((block) => block.startsWith('timeout:'));
    expect(others).toEqual([]);
    const webhook = {
      name: 'x',
      urls: [{ url: 'https://x.example/' }],
      ...parse(keysOfDestination as string),
    };
    expect(validateObject('webhook', webhook, { variables: {}, folder: '/', origin: 'cli' })).toMatchObject({
      ok: true,
    });
    const whole = blocks
      .filter((block) => block !== keysOfDestination)
      .join('')
      .replace(/^packs:.*\n/m, '');
    const result = loadConfigText(whole, '/nowhere/relay.yaml', {
      variables: {
        DATADOG_KEY: '0123456789abcdef0123',
        GITHUB_SECRET: 'a secret of GitHub',
        DEPLOY_SECRET: 'new',
        DEPLOY_SECRET_OLD: 'old',
        CRM_AUTH: 'Bearer abc',
        SMTP_PASSWORD: 'secret of the mail server',
        CRM_SECRET: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
      },
    });
    expect(result.ok ? result.config.warnings : result.diagnostics).toEqual([]);
    expect(blocks.length).toBeGreaterThan(8);
  });
});
