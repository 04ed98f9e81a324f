// Standard Webhooks 1.0.0, "Payload structure" and "Event types": types are words with full stops between, and each has an example.

import { describe, expect, it } from '@jest/globals';
import { eventTitle } from '../../src/http/view/event-item.js';
import { documentedEventTypes } from '../../src/http/wire/event-types-doc.js';
import { announce } from '../../src/model/announcement.js';
import { organizationUpdatedData, userUpdatedData } from '../../src/model/directory-events.js';
import type { RelayEvent } from '../../src/model/event.js';
import { exampleEvent } from '../../src/model/event-examples.js';
import { isEventType, KNOWN_EVENT_TYPES } from '../../src/model/event-types.js';

describe('the change of an organization or a user', () => {
  const dana = { name: 'dana', fullName: 'Dana K.', email: 'd@example.org', phone: null };
  const user = { ...dana, organization: 'acme', channel: 'dana' };

  it('tells what changed and nothing else, or that there was nothing before', () => {
    expect(userUpdatedData(user, { ...user, fullName: 'Dana L.', phone: '+45' }, 'cli:kim')).toEqual({
      user: {
        name: 'dana',
        full_name: 'Dana L.',
        email: 'd@example.org',
        phone: '+45',
        organization: 'acme',
      },
      change: {
        kind: 'changed',
        from: { full_name: 'Dana K.', phone: null },
        to: { full_name: 'Dana L.', phone: '+45' },
      },
      actor: 'cli:kim',
    });
    expect(userUpdatedData(null, user, 'cli:kim')).toMatchObject({ change: { kind: 'added', from: null } });
    const acme = { name: 'acme', title: 'Acme' };
    expect(organizationUpdatedData(null, acme, 'cli:kim')).toEqual({
      organization: acme,
      change: { kind: 'created', from: null, to: acme },
      actor: 'cli:kim',
    });
    expect(organizationUpdatedData(acme, { ...acme, title: 'Acme GmbH' }, 'cli:kim')).toMatchObject({
      change: { kind: 'renamed', from: { title: 'Acme' }, to: { title: 'Acme GmbH' } },
    });
  });

  it('reads as a sentence where an event is shown in words', () => {
    const words = (type: string) => announce(exampleEvent(type) as RelayEvent, 'console');
    expect(words('user.updated')).toEqual({
      title: 'User changed: Dana K.',
      text: 'Changed by kim (command line)\nphone: +4587654321 → +4512345678',
      url: '',
    });
    expect(words('organization.updated')).toEqual({
      title: 'Organization renamed: Acme GmbH',
      text: 'Renamed by kim (command line)\ntitle: Acme → Acme GmbH',
      url: '',
    });
    expect(eventTitle(exampleEvent('user.updated') as RelayEvent)).toBe('Dana K.');
  });
});

describe('an event type', () => {
  it.each(KNOWN_EVENT_TYPES)('%s is words with full stops between', (type) => {
    expect(type).toMatch(/^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)+$/);
    expect(isEventType(type)).toBe(true);
  });

  it.each(['deploy', 'deploy-done.now', 'deploy..done', '.deploy', 'deploy.', 'deploy done.now', 'a.b\n'])(
    'of one’s own cannot be %j',
    (type) => {
      expect(isEventType(type)).toBe(false);
    },
  );

  it('has a description and an example of its payload, each', () => {
    const documented = documentedEventTypes();
    expect(documented.map(({ type }) => type)).toEqual(KNOWN_EVENT_TYPES);
    for (const { description, example } of documented) {
      expect(description.length).toBeGreaterThan(15);
      expect(Object.keys(example as object).length).toBeGreaterThan(0);
    }
  });
});
