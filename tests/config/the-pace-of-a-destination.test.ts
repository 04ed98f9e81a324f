import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { showConfig } from '../../src/config/show.js';
import type { Destination } from '../../src/model/topology.js';
import { configOf, SIGNING_SECRET, topologyOf } from './fixtures.js';

const webhook = (keys: string): string =>
  `webhooks: [ { name: crm, secret: "${SIGNING_SECRET}", urls: [ { url: "https://a.example/" } ]${keys} } ]\n`;
const destinationOf = (keys: string): Destination =>
  topologyOf(webhook(keys)).topology.destinations.get('webhook/crm') as Destination;

describe('how gently a destination is treated', () => {
  it('is left to the engine where the config says nothing', () => {
    const destination = destinationOf('');
    for (const key of ['circuit', 'disableAfter', 'rate']) expect(destination).not.toHaveProperty(key);
    expect(destination.retry).not.toHaveProperty('giveUpAfterMs');
    expect(destination.retry).not.toHaveProperty('on');
  });

  it('is read with its spans, the preset of retries included', () => {
    expect(
      destinationOf(
        ', retry: standard-webhooks, give_up_after: 4d, disable_after: 5d, rate: 100/1m, circuit: { failures: 3, probe: 2m }',
      ),
    ).toMatchObject({
      retry: { max: 9, giveUpAfterMs: 345_600_000 },
      disableAfter: { spanMs: 432_000_000 },
      rate: { requests: 100, spanMs: 60_000, text: '100/1m' },
      circuit: { failures: 3, probeMs: 120_000, maxProbeMs: 120_000 },
    });
  });

  it('takes a preset of retries with what they are for', () => {
    const { scheduleMs, max, on } = destinationOf(
      ', retry: { preset: standard-webhooks, on: transient }',
    ).retry;
    expect([scheduleMs?.length, max, on]).toEqual([9, 9, 'transient']);
    expect(destinationOf(', retry: { preset: standard-webhooks }').retry).toEqual(
      destinationOf(', retry: standard-webhooks').retry,
    );
    const shown = showConfig(configOf(webhook(', retry: { preset: standard-webhooks, on: transient }')));
    expect(parse(shown).webhooks[0].retry).toEqual({ preset: 'standard-webhooks', on: 'transient' });
  });

  it('takes a number of failures, and a circuit switched off', () => {
    expect(destinationOf(', disable_after: 50, circuit: false, retry: { on: transient }')).toMatchObject({
      disableAfter: { failures: 50 },
      circuit: null,
      retry: { on: 'transient', max: 3 },
    });
  });

  it('holds for integrations as well, and is no setting of their kind', () => {
    const { topology } = topologyOf(
      'channels: [ { name: ops, integrations: [ { name: out, kind: console, rate: 5/s, circuit: false, disable_after: 9, give_up_after: 1h } ] } ]\n',
    );
    expect(topology.destinations.get('integration/out')).toMatchObject({
      settings: {},
      rate: { requests: 5, spanMs: 1_000 },
      circuit: null,
      disableAfter: { failures: 9 },
      retry: { giveUpAfterMs: 3_600_000 },
    });
    expect(topology.destinations.get('integration/out')?.settings).toEqual({});
  });

  it.each([
    ['rate: 10', 'rate'],
    ['rate: 5/ms', 'rate'],
    ['disable_after: 2', 'disable_after'],
    ['disable_after: soon', 'disable_after'],
    ['disable_after: true', 'disable_after'],
    ['circuit: true', 'circuit'],
    ['circuit: { failures: 1 }', 'failures'],
    ['circuit: { probes: 5s }', 'probes'],
    ['give_up_after: 3', 'give_up_after'],
    ['retry: { on: never }', 'on'],
    ['retry: { preset: standard-webhooks, max: 5 }', 'max'],
    ['retry: { preset: daily }', 'preset'],
  ])('refuses %s, naming %s', (keys, named) => {
    expect(() => configOf(webhook(`, ${keys}`))).toThrow(named);
  });
});
