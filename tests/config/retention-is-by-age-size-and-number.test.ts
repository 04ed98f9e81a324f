import { expect, it } from '@jest/globals';
import { loadConfigText } from '../../src/config/load.js';
import { showConfig } from '../../src/config/show.js';
import { configOf, PACKS } from './fixtures.js';

it('keeps any number of deliveries unless told, and the newest so many when told', () => {
  expect(configOf('retention: { events: 7d }').retention).toEqual({
    eventsMs: 7 * 86_400_000,
    attemptsMs: 30 * 86_400_000,
    maxSizeBytes: 1e10,
  });
  const told = configOf('retention: { max_deliveries: 5000 }');
  expect(told.retention.maxDeliveries).toBe(5_000);
  expect(showConfig(told)).toContain('max_deliveries: 5000');
});

it.each(['0', '-1', '1.5', 'many'])('refuses %s as a number of deliveries', (wrong) => {
  const text = `retention: { max_deliveries: ${wrong} }`;
  const result = loadConfigText(text, '/nowhere/relay.yaml', { variables: {}, loadPacks: () => PACKS });
  expect(result.ok).toBe(false);
});
