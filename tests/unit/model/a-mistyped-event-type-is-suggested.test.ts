import { describe, expect, it } from '@jest/globals';
import { meantPattern } from '../../../src/model/event-types.js';

describe('a type in a subscription', () => {
  it.each([
    ['incidnt.triggered', 'incident.triggered'],
    ['incidents.*', 'incident.*'],
    ['delivry.failed', 'delivery.failed'],
  ])('%s was probably meant as %s', (pattern, meant) => {
    expect(meantPattern(pattern)).toBe(meant);
  });

  it.each([
    'incident.triggered',
    'incident.*',
    '*',
    'deploy.finished',
    'user.created',
    'shop.*',
    'destiny.met',
  ])('%s is left alone', (pattern) => {
    expect(meantPattern(pattern)).toBeUndefined();
  });
});
