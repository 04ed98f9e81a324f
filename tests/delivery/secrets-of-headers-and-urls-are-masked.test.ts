import { describe, expect, it } from '@jest/globals';
import { maskHeaders, maskUrl } from '../../src/core/redaction.js';

describe('masking', () => {
  it('hides the values of secret headers and shows the rest', () => {
    expect(
      maskHeaders({
        Authorization: 'Bearer abc',
        cookie: 'a=b',
        'X-Api-Key': 'k',
        'x-auth-token': 't',
        'Proxy-Authorization': 'p',
        'X-Client-Secret': 's',
        'set-cookie': 'c=d',
        'webhook-signature': 'v1,x',
        'webhook-id': 'dlv_1',
        'x-team': 'payments',
      }),
    ).toEqual({
      Authorization: '***',
      cookie: '***',
      'X-Api-Key': '***',
      'x-auth-token': '***',
      'Proxy-Authorization': '***',
      'X-Client-Secret': '***',
      'set-cookie': '***',
      'webhook-signature': 'v1,x',
      'webhook-id': 'dlv_1',
      'x-team': 'payments',
    });
  });

  it.each([
    ['https://example.org/hook?team=a', 'https://example.org/hook?team=a'],
    ['https://dana:pw@example.org/', 'https://***@example.org/'],
    ['https://example.org/?sig=abc&x=1', 'https://example.org/?sig=***&x=1'],
    ['https://example.org/?api_key=abc#f', 'https://example.org/?api_key=***#f'],
    [
      'https://example.org/?Token=a&access_token=b&monkey=c',
      'https://example.org/?Token=***&access_token=***&monkey=c',
    ],
    ['https://example.org/?a=1&client_secret=s', 'https://example.org/?a=1&client_secret=***'],
    ['https://example.org/?accessToken=a&monkey=c', 'https://example.org/?accessToken=***&monkey=c'],
    ['https://example.org/?auth[token]=a&keyboard=c', 'https://example.org/?auth[token]=***&keyboard=c'],
    ['https://example.org/?pwd=a&compass=c', 'https://example.org/?pwd=***&compass=c'],
    ['hunter2', '***'],
  ])('%s is shown as %s', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });
});
