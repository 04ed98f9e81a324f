// What senders and templates can blow up is cut on the screen of an incident, and what went wrong with it is all there.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CannedApi, cannedApi } from './kit/canned-api.js';
import { run } from './kit/run.js';
import { INCIDENT_DETAIL } from './kit/samples.js';

const MESSAGE = `begins here\n${'x'.repeat(50_000)}`;
const [ALERT] = INCIDENT_DETAIL.alerts;
const ERRORS = ["title: unsupported operand type(s) for +: 'str' and 'int'", "sms_title: 'x' is undefined"];

let api: CannedApi;
beforeAll(async () => {
  api = await cannedApi({
    'GET /deliveries': { items: [], next: null },
    'GET /incidents/inc_silent': { ...INCIDENT_DETAIL, url: null, link: null, alert_count: 0, alerts: [] },
    'GET /incidents/inc_long': {
      ...INCIDENT_DETAIL,
      message: MESSAGE,
      alerts: [{ ...ALERT, render_errors: ERRORS }],
    },
  });
});
afterAll(() => api.close());

describe('the screen of an incident', () => {
  it('shows the beginning of a message that is a whole log, and how much more there is', async () => {
    const { stdout } = await run(api.socket, ['incident', 'show', 'inc_long']);
    expect(stdout).toContain('begins here');
    expect(stdout).toMatch(/… and 46012 more characters: --json has them$/m);
    expect(stdout.length).toBeLessThan(8_000);
    const whole = await run(api.socket, ['incident', 'show', 'inc_long'], { format: 'json' });
    expect(JSON.parse(whole.stdout).message).toBe(MESSAGE);
  });

  it('claims no alert for an incident that Relay opened by itself, and no link where there is none', async () => {
    const { stdout } = await run(api.socket, ['incident', 'show', 'inc_silent']);
    expect(stdout).toMatch(/^last alert +none: Relay opened it by itself$/m);
    expect(stdout).not.toContain('null');
    expect(stdout).not.toContain('http');
  });

  it('names every template that failed', async () => {
    const { stdout } = await run(api.socket, ['incident', 'show', 'inc_long']);
    expect(stdout.match(/template error: .*/g)).toEqual(ERRORS.map((error) => `template error: ${error}`));
  });
});
