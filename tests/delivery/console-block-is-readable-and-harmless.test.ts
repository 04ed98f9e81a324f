import { describe, expect, it } from '@jest/globals';
import { consoleDriver } from '../../src/destinations/console/driver.js';
import { AT, anIncidentEvent } from './sample-events.js';

const CONTEXT = { messageId: 'dlv_1_a', now: AT, publicUrl: 'http://relay', version: '0', sentBody: null };

describe('the console driver', () => {
  it('prints a block a person can read', () => {
    const { body } = consoleDriver.build(anIncidentEvent('incident.triggered'), {}, CONTEXT);
    expect(body).toBe(
      [
        '2026-11-21 03:12:00  [P1] Triggered: CPU high on web-1',
        '    CPU is at 97 % since 5 minutes',
        '    service payments-api · severity critical · source datadog-prod · assignee dana',
        '    since 2026-11-21 03:00:00 UTC',
        '    https://app.datadoghq.com/monitors/1',
        '',
      ].join('\n'),
    );
  });

  it('names the command instead of a link that nobody can open', () => {
    const event = anIncidentEvent('incident.triggered', { url: null });
    const { body } = consoleDriver.build(event, {}, CONTEXT);
    expect(body).toMatch(/\n {4}see: relay incident show inc_01h8x3zq0a0\n$/);
    expect(body).not.toContain('http');
  });

  it('changes style only when colours are asked for', () => {
    const event = anIncidentEvent('incident.resolved');
    const plain = consoleDriver.build(event, {}, CONTEXT).body;
    const coloured = consoleDriver.build(event, { color: true }, CONTEXT).body;
    expect(coloured).toContain('\u001b[32m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  });

  it('does not let an alert move the cursor or forge lines of its own', () => {
    const event = anIncidentEvent('incident.triggered', {
      title: 'a\u001b[2J\r\nb',
      message: 'c\u0007\u009b31m \u202etxt.exe\u2066',
    });
    const { body } = consoleDriver.build(event, {}, CONTEXT);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(body).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(body.split('\n')[0]).toContain('[P1] Triggered: a[2J b');
  });
});
