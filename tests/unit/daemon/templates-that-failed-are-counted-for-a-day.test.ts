import { describe, expect, it } from '@jest/globals';
import { RenderErrors } from '../../../src/daemon/watch/render-errors.js';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1, 12, 30);

describe('failures of templates', () => {
  it('are counted per source and template, the last one first', () => {
    const errors = new RenderErrors();
    errors.note('a', ['title: first', 'message: other'], START);
    errors.note('a', ['title: no such: thing'], START + 1_000);
    errors.note('b', ['labels: x'], START);
    expect(errors.of('a', START + 2_000)).toEqual([
      { template: 'title', count: 2, lastAt: START + 1_000, lastError: 'no such: thing' },
      { template: 'message', count: 1, lastAt: START, lastError: 'other' },
    ]);
    expect(errors.of('c', START)).toEqual([]);
  });

  it('are forgotten hour by hour after a day', () => {
    const errors = new RenderErrors();
    errors.note('a', ['title: x'], START);
    errors.note('a', ['title: y'], START + 20 * HOUR);
    expect(errors.of('a', START + 23 * HOUR)).toMatchObject([{ count: 2 }]);
    expect(errors.of('a', START + 26 * HOUR)).toMatchObject([{ count: 1, lastError: 'y' }]);
    expect(errors.of('a', START + 50 * HOUR)).toEqual([]);
  });

  it('do not grow with what senders make up', () => {
    const errors = new RenderErrors();
    for (let number = 0; number < 1_000; number++) errors.note('a', [`t${number}: x`], START);
    expect(errors.of('a', START)).toHaveLength(200);
  });
});
