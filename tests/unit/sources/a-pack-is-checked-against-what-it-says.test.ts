import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeExpected } from '../../../src/sources/pack/expected.js';
import { checkPack, expectedOfToday } from '../../../src/sources/pack/pack-check.js';
import { loadPack } from '../../../src/sources/pack/pack-loader.js';

let root: string;
let dir: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'relay-pack-'));
  dir = join(root, 'my-tool');
  mkdirSync(join(dir, 'samples'), { recursive: true });
  file('connect.md', 'Post to {{ url }}.\n');
  file(
    'samples/firing.json',
    '{"id":7,"name":"Disk on db-1","state":"firing","url":"https://x.example.org/7"}',
  );
  file('samples/gone.form', 'id=7&name=Disk+on+db-1&state=gone');
});

afterEach(() => rmSync(root, { recursive: true }));

const file = (name: string, text: string): void => writeFileSync(join(dir, name), text);

function packFile(templates: string, more = ''): void {
  file(
    'pack.yaml',
    `slug: my-tool\ntitle: My tool\ndescription: Alerts of my tool\nauto_resolve: true\n${more}templates:\n${templates}`,
  );
}

const GOOD = `  grouping_id: "{{ payload.id }}"
  resolve_condition: "{{ payload.state == 'gone' }}"
  title: "{{ payload.name }}"
  source_link: "{{ payload.url or '' }}"
`;

const EXPECTED = `cases:
  - sample: firing
    alerts:
      - { signal: trigger, grouping_id: "7", title: Disk on db-1, source_link: "https://x.example.org/7" }
  - sample: gone
    alerts:
      - { signal: resolve, grouping_id: "7", title: Disk on db-1 }
stories:
  - { samples: [firing, firing, gone, gone], results: [opened, repeated, resolved, nothing_open] }
`;

const problems = (): string[] =>
  checkPack(loadPack(dir, false)).problems.map(({ where, message }) => `${where}: ${message}`);

describe('a pack that does what it says', () => {
  it('has no problems, and its samples and stories are counted', () => {
    packFile(GOOD);
    file('expected.yaml', EXPECTED);
    expect(checkPack(loadPack(dir, false))).toEqual({ slug: 'my-tool', cases: 2, stories: 1, problems: [] });
  });

  it('is written down from what its samples become today', () => {
    packFile(GOOD);
    file('expected.yaml', EXPECTED.replace(/results: .*\]/, 'results: []'));
    file('expected.yaml', writeExpected(expectedOfToday(loadPack(dir, false))));
    expect(problems()).toEqual([]);
  });
});

describe('a pack that does not', () => {
  it('is told what was expected and what came', () => {
    packFile(GOOD.replace('{{ payload.name }}', '{{ payload.name | upper }}'));
    file('expected.yaml', EXPECTED);
    expect(problems()[0]).toMatch(/^sample firing: .*\n- +title: Disk on db-1\n\+ +title: DISK ON DB-1$/m);
  });

  it('is told which story takes another turn', () => {
    packFile(GOOD.replace('payload.id }}', 'payload.id ~ payload.state }}'));
    file('expected.yaml', writeExpected({ ...expectedOfToday(loadPack(dir, false)) }));
    expect(problems()).toEqual([expect.stringMatching(/^stories: .*no story ends in "resolved"/)]);
    file('expected.yaml', EXPECTED);
    expect(problems()).toContainEqual(
      expect.stringMatching(/^story 1 \(firing, firing, gone, gone\): .*\n- - resolved$/ms),
    );
  });

  it.each([
    [
      'a raw value in a text',
      GOOD.replace('{{ payload.name }}', 'x {{ payload }}'),
      /title holds a raw value/,
    ],
    [
      'None in a text',
      `${GOOD}  message: "Value: {{ payload.value or none }}"\n`,
      /message holds a raw value/,
    ],
    ['a link that is none', GOOD.replace("payload.url or ''", 'payload.name'), /source_link is no URL/],
    ['a template that fails', `${GOOD}  message: "{{ payload.a.b }}"\n`, /a template failed: message/],
  ])('is told of %s', (_, templates, problem) => {
    packFile(templates);
    file('expected.yaml', EXPECTED);
    file('expected.yaml', writeExpected(expectedOfToday(loadPack(dir, false))));
    expect(problems().join('\n')).toMatch(problem);
  });

  it('is told of a sample that nothing is expected of, of one that is not there, and of a connect text without the URL', () => {
    packFile(GOOD);
    file('expected.yaml', EXPECTED.replace('sample: gone', 'sample: went'));
    file('connect.md', 'Find it out.\n');
    expect(problems()).toEqual([
      expect.stringMatching(/^sample gone: expected\.yaml has no case/),
      expect.stringMatching(/^connect\.md: /),
      expect.stringMatching(/^sample went: there is no such sample/),
    ]);
  });

  it('is told that there is nothing to check it against', () => {
    packFile(GOOD);
    expect(problems()).toEqual([expect.stringMatching(/^expected\.yaml: there is none/)]);
  });
});

describe('a pack.yaml that cannot be', () => {
  it.each([
    ['a default split that is not there', 'split: alerts\n', /no splits\.alerts/],
    ['a variable that hides the payload', 'variables: { payload: "1" }\n', /variable "payload"/],
    [
      'a split called variables',
      'splits: { variables: { each: x, templates: {} } }\n',
      /no split may be called/,
    ],
    ['an unknown key', 'tempaltes: {}\n', /additional properties/],
  ])('is refused: %s', (_, more, why) => {
    packFile(GOOD, more);
    expect(() => loadPack(dir, false)).toThrow(
      expect.objectContaining({ code: 'pack.invalid', why: expect.stringMatching(why) }),
    );
  });

  it('is told where its YAML breaks, in one line', () => {
    packFile(GOOD, 'a: b: c\n');
    expect(() => loadPack(dir, false)).toThrow(
      expect.objectContaining({ why: expect.stringMatching(/^[^\n]+ at line \d+, column \d+$/) }),
    );
  });

  it('names a template that does not exist', () => {
    packFile(`${GOOD}  titel: x\n`);
    expect(() => loadPack(dir, false)).toThrow(
      expect.objectContaining({ why: expect.stringMatching(/no template "titel"/) }),
    );
  });
});
