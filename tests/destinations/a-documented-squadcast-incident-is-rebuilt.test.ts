// The four payloads that Squadcast documents for its outgoing webhooks, rebuilt: one incident comes in, is reassigned, acknowledged and
// resolved at the documented instants, and what a receiver gets is compared with the documented payloads, field by field. What differs is
// listed here with its reason; nothing else may.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import type { Source } from '../../src/model/topology.js';
import { fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { removeDir, tempDir } from '../kit/wait.js';

// biome-ignore lint/suspicious/noExplicitAny: a payload is looked into by path
type Payload = any;

/** As on the page of support.squadcast.com; triggered, reassigned, acknowledged, resolved. */
const DOCUMENTED: readonly Payload[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'squadcast-documented.json'), 'utf8'),
);
const LAST = DOCUMENTED[3];
const INSTANTS: readonly number[] = LAST.timeline.map(({ time }: { time: string }) => Date.parse(time));
const [POLICY, PERSON] = [DOCUMENTED[0].assigned_to, LAST.assigned_to];

/** Path in a payload → what Relay says there, and why. A path ends where its value is no object. */
const DIFFERS: Readonly<Record<string, { readonly relay: unknown; readonly why: string }>> = {
  id: { relay: expect.stringMatching(/^inc_\w+$/), why: 'ids are made by who opens the incident' },
  'service.id': { relay: LAST.service.slug, why: 'a service has one name: it is id and slug' },
  created_at: {
    relay: LAST.timeline[0].time,
    why: 'there it is stored 33 ms after it happened; here the two are one instant',
  },
  'assigned_to.type': { relay: 'user', why: 'no escalation policies: a user stands for the rota' },
  'timeline.0.assigned_to': { relay: 'user', why: 'as above' },
  'analytics.tta.time': {
    relay: INSTANTS[1]! - INSTANTS[0]!,
    why: 'nothing in the documented timeline is 11.475 s after the opening; as it is there with the reassignment, Relay takes that for the first response',
  },
  'analytics.tta.escalation_policy_id': { relay: '', why: 'no escalation policies' },
  'analytics.ttr.escalation_policy_id': { relay: '', why: 'no escalation policies' },
  'owner.is_default_team': {
    relay: false,
    why: 'the channel of an incident is one that was named; without one it is true',
  },
  'owner.team_description': { relay: '', why: 'a channel has a title only' },
  'manually_created_by.id': { relay: '', why: 'incidents of Relay are opened by alerts' },
  'manually_created_by.name': { relay: '', why: 'as above' },
  'manually_created_by.email': { relay: '', why: 'as above' },
};
/** Only in the payload made while the policy was assigned. */
const FIRST_ONLY = ['assigned_to.type'];

let receiver: Receiver;
let running: Running;
let packs: string;

/** A pack for what was posted to Squadcast, so that the alert is the documented one. */
function writePack(): string {
  const dir = tempDir();
  mkdirSync(join(dir, 'squadcastui'));
  const templates = {
    title: '{{ payload.message }}',
    message: '{{ payload.description }}',
    severity: '{{ payload.tags.severity.value }}',
  };
  const { type: title, short_name: slug } = LAST.alert_source;
  const pack = { slug, title, description: 'Incidents that people open', templates };
  writeFileSync(join(dir, 'squadcastui', 'pack.yaml'), stringify(pack));
  return dir;
}

beforeAll(async () => {
  receiver = await startReceiver();
  packs = writePack();
  const clock = fakeClock(INSTANTS[0]);
  const { organization, service, alert_source: from, owner } = LAST;
  running = await startRunning({
    clock,
    config: {
      packs: [packs],
      egress: { allow: ['127.0.0.0/8'] },
      directory: {
        organizations: [{ name: organization.id, title: organization.name }],
        users: [POLICY, PERSON].map(({ id, name }) => ({ name: id, full_name: name })),
      },
      services: [{ name: service.slug, title: service.name, assignee: `user:${POLICY.id}` }],
      channels: [{ name: owner.id, title: owner.name }],
      sources: [{ name: from.id, pack: from.short_name, service: service.slug, channel: owner.id }],
      webhooks: [{ name: 'squad', urls: [{ url: receiver.url }], format: 'squadcast' }],
    },
  });
  const source = running.runtime.topology().sources.get(from.id) as Source;
  const text = JSON.stringify(LAST.event_payload);
  const { alerts } = await running.runtime.ingest(source, {
    text,
    contentType: 'application/json',
    idempotencyKey: null,
  });
  const incident = alerts[0]?.incident as string;
  const person = `user:${PERSON.id}`;
  const deeds = [{ do: 'reassign', to: person }, { do: 'acknowledge' }, { do: 'resolve' }] as const;
  for (const [index, deed] of deeds.entries()) {
    await running.settled();
    clock.set(INSTANTS[index + 1] as number);
    await running.runtime.act(incident, deed, person);
  }
  await running.settled();
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
  if (packs) removeDir(packs);
});

/** Every value that is no object, by its path; an empty object or list counts as a value. */
function leavesOf(value: Payload, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, path === '' ? key : `${path}.${key}`),
  );
}

const kindOf = (value: unknown): string => {
  if (typeof value !== 'string') return Array.isArray(value) ? 'list' : typeof value;
  // RFC 3339 in UTC, with a fraction that does not end in a zero.
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d*[1-9])?Z$/.test(value) ? 'instant' : 'text';
};

describe('the documented incident', () => {
  it('is told in four requests', () => {
    expect(receiver.requests.map(({ method, json }) => [method, json.event_type])).toEqual(
      DOCUMENTED.map(({ event_type: type }) => ['POST', type]),
    );
  });

  it.each([0, 1, 2, 3])('in payload %i has every field, in its order, of its kind, and no other', (index) => {
    const shape = (payload: Payload) => leavesOf(payload).map(([path, value]) => `${path}: ${kindOf(value)}`);
    expect(shape(receiver.requests[index]?.json)).toEqual(shape(DOCUMENTED[index]));
  });

  it.each([0, 1, 2, 3])('in payload %i has every value but those listed', (index) => {
    const isListed = (path: string): boolean =>
      path in DIFFERS && (index === 0 || !FIRST_ONLY.includes(path));
    const expected = leavesOf(DOCUMENTED[index]).map(([path, value]) => [
      path,
      isListed(path) ? DIFFERS[path]?.relay : value,
    ]);
    expect(leavesOf(receiver.requests[index]?.json)).toEqual(expected);
  });

  it('differs in nothing that the list names without need', () => {
    const found = new Map(
      DOCUMENTED.flatMap((payload) => leavesOf(payload).map(([path]) => [path, payload])),
    );
    for (const [path, { relay, why }] of Object.entries(DIFFERS)) {
      const documented = new Map(leavesOf(FIRST_ONLY.includes(path) ? DOCUMENTED[0] : found.get(path))).get(
        path,
      );
      expect(documented).toBeDefined();
      expect(documented).not.toEqual(relay);
      expect(why).not.toBe('');
    }
  });

  it('carries what was posted, byte for byte', () => {
    for (const { text } of receiver.requests)
      expect(text).toContain(`"event_payload":${JSON.stringify(LAST.event_payload)},`);
  });
});
