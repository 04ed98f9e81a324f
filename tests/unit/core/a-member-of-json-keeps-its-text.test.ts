// Cutting one member out of the text of a JSON object, against JSON.parse as the judge of what it means.

import { describe, expect, it } from '@jest/globals';
import { memberText } from '../../../src/core/json-text.js';
import { type Random, runSeed, seededRandom } from '../../kit/random.js';

const CASES: readonly [string, string | undefined][] = [
  ['{"data":1}', '1'],
  ['{ "type" : "x" , "data" : { "b" : 1, "a" : [ ] } , "z":2}', '{ "b" : 1, "a" : [ ] }'],
  ['{"data":12345678901234567890.10}', '12345678901234567890.10'],
  ['{"type":"data","data":"a \\"quoted\\" } text, \\\\"}', '"a \\"quoted\\" } text, \\\\"'],
  ['{"d\\u0061ta": [1,{"data":2}] }', '[1,{"data":2}]'],
  ['{"nested":{"data":1}}', undefined],
  ['{"data":1,"data":2}', '2'],
  ['{}', undefined],
  [' \n{"data"\n:\tnull\n}\n', 'null'],
];

function randomJson(random: Random, depth: number): string {
  const blank = () => random.pick(['', ' ', '\n', '\t ']);
  const name = () => JSON.stringify(random.pick(['data', 'a', '10', '2', 'ä"', '}', '\\', 'da,ta', '']));
  const kinds = depth > 3 ? 3 : 5;
  switch (random.between(0, kinds)) {
    case 0:
      return random.pick(['1', '-0.10', '1e400', '98765432109876543210', '0']);
    case 1:
      return random.pick(['true', 'false', 'null']);
    case 2:
    case 3:
      return JSON.stringify(random.pick(['', 'x', '"', '\\', '\\"', '{[', '}],:', '\u2028 é 😀']));
    default: {
      const isList = random.between(0, 1) === 0;
      const items = Array.from({ length: random.between(0, 4) }, () => {
        const value = `${blank()}${randomJson(random, depth + 1)}${blank()}`;
        return isList ? value : `${blank()}${name()}${blank()}:${value}`;
      });
      return isList ? `[${items.join(',') || blank()}]` : `{${items.join(',') || blank()}}`;
    }
  }
}

describe('a member of a JSON object', () => {
  it.each(CASES)('of %j is %j', (object, expected) => expect(memberText(object, 'data')).toBe(expected));

  const seed = runSeed();
  it(`means what JSON.parse reads (RELAY_SEED=${seed})`, () => {
    const random = seededRandom(seed);
    let found = 0;
    for (let round = 0; round < 3_000; round++) {
      const members = Array.from(
        { length: random.between(0, 4) },
        () => `${JSON.stringify(random.pick(['data', 'x', 'type']))} : ${randomJson(random, 0)}`,
      );
      const object = `{${members.join(' , ')}}`;
      const parsed = JSON.parse(object) as { data?: unknown };
      const text = memberText(object, 'data');
      expect(text !== undefined).toBe('data' in parsed);
      if (text === undefined) continue;
      found += 1;
      expect(JSON.parse(text)).toEqual(parsed.data);
      expect(object).toContain(text);
    }
    expect(found).toBeGreaterThan(500);
  });
});
