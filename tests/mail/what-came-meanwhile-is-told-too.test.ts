import { describe, expect, it } from '@jest/globals';
import { mergedNews, type News } from '../../src/mail/note.js';

const failures = (count: number, at: number): NonNullable<News['failures']> => ({
  count,
  since: at,
  until: at,
  madeSince: at - 10,
  delivery: `dlv_${at}`,
  reason: `at ${at}`,
});
const news = (firstAt: number, change: Partial<News> = {}): News => ({
  firstAt,
  failures: null,
  disabled: null,
  recovered: null,
  ...change,
});

describe('a mail that could not be sent, and what came while it was tried', () => {
  it('are one: counts add up, and of everything else the last is told', () => {
    const told = news(1, {
      failures: failures(2, 1),
      disabled: { at: 1, reason: '410' },
      recovered: { at: 2 },
    });
    const next = news(5, {
      failures: failures(3, 5),
      disabled: { at: 5, reason: 'too long' },
      recovered: { at: 6 },
    });
    expect(mergedNews(told, next)).toEqual({
      firstAt: 1,
      failures: { count: 5, since: 1, until: 5, madeSince: -9, delivery: 'dlv_5', reason: 'at 5' },
      disabled: { at: 5, reason: 'too long' },
      recovered: { at: 6 },
    });
  });

  it('keep what only one of them has', () => {
    const told = news(1, { failures: failures(2, 1) });
    const next = news(5, { disabled: { at: 5, reason: '410' } });
    expect(mergedNews(told, next)).toEqual({ ...told, disabled: { at: 5, reason: '410' } });
    expect(mergedNews(next, told)).toMatchObject({ firstAt: 5, failures: { count: 2 }, disabled: { at: 5 } });
    expect(mergedNews(told, null)).toBe(told);
  });

  it('know no oldest delivery where one of them does not', () => {
    const unknown = news(5, { failures: { ...failures(1, 5), madeSince: null, delivery: null } });
    expect(mergedNews(news(1, { failures: failures(1, 1) }), unknown).failures).toMatchObject({
      count: 2,
      madeSince: null,
      delivery: 'dlv_1',
    });
  });
});
