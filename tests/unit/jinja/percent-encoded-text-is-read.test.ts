import { describe, expect, it } from '@jest/globals';
import { compile } from '../../../src/jinja/compile.js';

const decoded = (text: unknown): string => compile('{{ text | urldecode }}').render({ text });

describe('urldecode', () => {
  it.each([
    ['disk%20%2Fvar', 'disk /var'],
    ['%E2%82%AC%f0%9f%98%80', '€😀'],
    ['a+b', 'a+b'],
    ['100%', '100%'],
    ['%zz%2', '%zz%2'],
    ['%ff%20', '%ff%20'],
    [7, '7'],
  ])('%j → %j', (text, expected) => {
    expect(decoded(text)).toBe(expected);
  });
});
