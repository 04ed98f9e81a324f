// `event list --type`: an empty answer to a mistyped type says which one is near; to one that is known, or one's own, it is just empty.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CannedApi, cannedApi } from './kit/canned-api.js';
import { run } from './kit/run.js';

let api: CannedApi;
beforeAll(async () => {
  const known = { type: 'incident.triggered', description: 'It began.', in_star: true, example: {} };
  api = await cannedApi({
    'GET /events': { items: [], next: null },
    'GET /events/types': { items: [known], next: null },
  });
});
afterAll(() => api.close());

describe('no events of a type', () => {
  it.each([
    ['incident.trigered', 'did you mean --type incident.triggered?'],
    ['incident.triggered', undefined],
    ['deploy.finished', undefined],
  ])('%s', async (type, hint) => {
    const { code, stdout, stderr } = await run(api.socket, ['event', 'list', '--type', type]);
    expect(stdout + stderr).toContain('no such events');
    if (hint) expect(stderr).toContain(hint);
    else expect(stderr).not.toContain('did you mean');
    expect(code).toBe(0);
  });
});
