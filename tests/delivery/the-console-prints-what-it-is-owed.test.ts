import { afterEach, describe, expect, it } from '@jest/globals';
import { aDestination, closeAll, openRig } from './rig.js';

afterEach(closeAll);

describe('a console integration', () => {
  it('writes each event to the output of the daemon and keeps it in the history', async () => {
    const console = aDestination('terminal', '', {
      ref: 'integration/terminal',
      noun: 'integration',
      kind: 'console',
      settings: {},
      displayUrl: 'daemon output',
    });
    const rig = await openRig([console]);
    const [delivery = ''] = await rig.publish(['integration/terminal'], {
      title: 'Deployed',
      text: 'web 4.2',
    });
    expect(await rig.reaches(delivery, 'delivered')).toMatchObject({
      url: 'daemon output',
      result: 'delivered',
    });
    const printed = String(rig.printed.read());
    expect(printed).toContain('Deployed\n    web 4.2\n');
    const [attempt] = await rig.store.listAttempts(delivery);
    expect(attempt).toMatchObject({ method: 'PRINT', status: null, reason: 'written' });
    expect(`${attempt?.requestBody}\n`).toBe(printed);
  });
});
