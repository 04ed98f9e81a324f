// The code of docs/webhooks.md is run as it stands there, in every language that this machine has: it takes what Relay signs,
// and nothing that is wrong, changed or old.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { newPrivateKey, newSigningKey, publicKeyOf, signMessage } from '../../src/core/signing.js';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'webhooks.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    (match) => match[1] as string,
  );
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

const dir = mkdtempSync(join(tmpdir(), 'relay-verify-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const [KEY, OLD_KEY, FOREIGN] = [newSigningKey(), newSigningKey(), newSigningKey()];
const [PRIVATE, FOREIGN_PRIVATE] = [newPrivateKey(), newPrivateKey()];
const PUBLIC = publicKeyOf(PRIVATE) as string;
const BODY = '{"type":"incident.triggered","data":{"title":"Prüfung 50 %"}}\n';
const NOW = Math.floor(Date.now() / 1_000);

interface Case {
  readonly what: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly taken: boolean;
}

function aCase(
  what: string,
  taken: boolean,
  change: Partial<Omit<Case, 'headers'>> & { at?: number; keys?: string[] },
): Case {
  const { at = NOW, keys = [KEY], key = KEY, body = BODY } = change;
  const headers = {
    'webhook-id': 'dlv_1_a',
    'webhook-timestamp': String(at),
    'webhook-signature': signMessage(keys, 'dlv_1_a', at, BODY),
  };
  return { what, key, headers, body, taken };
}

const SHARED: readonly Case[] = [
  aCase('what Relay signs', true, {}),
  aCase('the new key during a rotation', true, { keys: [KEY, OLD_KEY] }),
  aCase('the old key during a rotation', true, { keys: [FOREIGN, KEY] }),
  aCase('a v1 signature among v1a ones', true, { keys: [PRIVATE, KEY] }),
  aCase('a foreign key', false, { keys: [FOREIGN] }),
  aCase('a changed body', false, { body: BODY.replace('50', '51') }),
  aCase('an old timestamp', false, { at: NOW - 400 }),
  aCase('a timestamp to come', false, { at: NOW + 400 }),
];
const PUBLIC_CASES: readonly Case[] = [
  aCase('what Relay signs', true, { key: PUBLIC, keys: [KEY, PRIVATE] }),
  aCase('a foreign key', false, { key: PUBLIC, keys: [FOREIGN_PRIVATE] }),
  aCase('a changed body', false, { key: PUBLIC, keys: [PRIVATE], body: `${BODY} ` }),
  aCase('an old timestamp', false, { key: PUBLIC, keys: [PRIVATE], at: NOW - 400 }),
];

/** Runs a program that reads the cases as JSON from its standard input and prints a list of true and false. */
function verdictsOf(command: string, args: readonly string[], cases: readonly Case[]): unknown {
  const ran = spawnSync(command, args, { input: JSON.stringify(cases), encoding: 'utf8', timeout: 120_000 });
  if (ran.status !== 0) throw new Error(`${command}: ${ran.stderr}`);
  return JSON.parse(ran.stdout);
}
const wanted = (cases: readonly Case[]): boolean[] => cases.map(({ taken }) => taken);
const put = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

const NODE_MAIN = (name: string): string => `
import { readFileSync } from 'node:fs';
const cases = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(cases.map(({ key, headers, body }) => ${name}(key, headers, Buffer.from(body)))));
`;
const PYTHON_MAIN = `
import json, sys
print(json.dumps([verify(c["key"], c["headers"], c["body"].encode()) for c in json.load(sys.stdin)]))
`;
const GO_MAIN = `package main

import (
	"encoding/json"
	"net/http"
	"os"
	"time"

	"example.org/verify/webhook"
)

func main() {
	var cases []struct {
		Key     string
		Headers map[string]string
		Body    string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	verdicts := []bool{}
	for _, each := range cases {
		header := http.Header{}
		for name, value := range each.Headers {
			header.Set(name, value)
		}
		verdicts = append(verdicts, webhook.Verify(each.Key, header, []byte(each.Body), time.Now()))
	}
	json.NewEncoder(os.Stdout).Encode(verdicts)
}
`;

describe('the code for receivers', () => {
  it('is there in four languages', () => {
    expect(['js', 'python', 'go', 'bash'].map((language) => blocks(language).length)).toEqual([2, 1, 1, 1]);
  });

  it('in Node takes what is right and nothing else', () => {
    const [shared, ed25519] = blocks('js') as [string, string];
    const first = put('shared.mjs', shared + NODE_MAIN('verify'));
    expect(verdictsOf(process.execPath, [first], SHARED)).toEqual(wanted(SHARED));
    const second = put('public.mjs', ed25519 + NODE_MAIN('verifyPublic'));
    expect(verdictsOf(process.execPath, [second], PUBLIC_CASES)).toEqual(wanted(PUBLIC_CASES));
  });

  (has('python3', '--version') ? it : it.skip)('in Python takes what is right and nothing else', () => {
    const path = put('verify.py', blocks('python')[0] + PYTHON_MAIN);
    expect(verdictsOf('python3', [path], SHARED)).toEqual(wanted(SHARED));
  });

  (has('go', 'version') ? it : it.skip)(
    'in Go takes what is right and nothing else',
    () => {
      const folder = mkdtempSync(join(dir, 'go-'));
      writeFileSync(join(folder, 'go.mod'), 'module example.org/verify\n\ngo 1.20\n');
      writeFileSync(join(folder, 'main.go'), GO_MAIN);
      spawnSync('mkdir', [join(folder, 'webhook')]);
      writeFileSync(join(folder, 'webhook', 'verify.go'), blocks('go')[0] as string);
      const cases = [...SHARED, ...PUBLIC_CASES];
      const env = { ...process.env, GOCACHE: join(folder, 'cache'), GOFLAGS: '-mod=mod' };
      const ran = spawnSync('go', ['run', '.'], {
        cwd: folder,
        env,
        input: JSON.stringify(cases),
        encoding: 'utf8',
      });
      expect(ran.stderr).toBe('');
      expect(JSON.parse(ran.stdout)).toEqual(wanted(cases));
    },
    120_000,
  );

  const hasShell = has('bash', '-c', 'command -v openssl base64 od');
  (hasShell ? it : it.skip)('in the shell takes what is right and nothing else', () => {
    const script = put('verify.sh', `${blocks('bash')[0]}\nverify "$@"\n`);
    const verdicts = SHARED.map(({ key, headers, body }, index) => {
      const file = put(`body-${index}`, body);
      const given = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
        (name) => headers[name] as string,
      );
      return spawnSync('bash', [script, key, ...given, file]).status === 0;
    });
    expect(verdicts).toEqual(wanted(SHARED));
  });
});
