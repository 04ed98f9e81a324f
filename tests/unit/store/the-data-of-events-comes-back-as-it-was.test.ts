// Packing the data of events: whatever goes in comes out, and what an incident's first alert says is not in between.

import { describe, expect, it } from '@jest/globals';
import { formatId } from '../../../src/core/ids.js';
import { incidentEventData } from '../../../src/model/event-data.js';
import { type EventSurroundings, packData, unpackData } from '../../../src/store/sqlite/packed-data.js';
import { alert, incidentOf, START } from '../../store/contract/fixtures.js';

const PARTS = [
  '"',
  ',"title":',
  ',"message":',
  ',"status":',
  ',"acknowledged_at":null,"acknowledged_by":null,"resolved_at":null,"resolved_by":null',
  ',"acknowledged_at":null,"acknowledged_by":null,"first_acknowledged_at":null,"resolved_at":null,"resolved_by":null',
  '{"incident":',
  `"${formatId('inc', 77)}"`,
  `"${new Date(START).toISOString()}"`,
  '\\ud83d',
  '\u001f',
  '\u001ft',
  '\0',
  '\u0001',
  '\u0016',
  'ü🔥',
  '\n',
  'x',
];

function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('event data', () => {
  it('comes back as it was, whatever it is and whatever stands around it', () => {
    const seed = Number(process.env.RELAY_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const random = randomFrom(seed);
    const text = (): string =>
      Array.from({ length: random(6) }, () => PARTS[random(PARTS.length)] as string).join('');
    for (let round = 0; round < 5_000; round++) {
      const opener = {
        title: text(),
        message: text(),
        link: random(3) === 0 ? null : text(),
        labels: random(3) === 0 ? null : JSON.stringify({ [text()]: text(), a: text() }),
      };
      const around: EventSurroundings | null =
        random(6) === 0
          ? null
          : { at: START, incident: 77, grouping: text(), opener: random(4) === 0 ? null : opener };
      const said = [opener.title, opener.message, opener.link, around?.grouping].map((one) =>
        JSON.stringify(one),
      );
      const pieces = [...said, opener.labels, text(), text(), text(), text()].sort(() => random(3) - 1);
      const data = pieces.slice(random(pieces.length)).join('');
      const back = unpackData(packData(data, around), around);
      if (back !== data)
        throw new Error(`RELAY_SEED=${seed} round ${round}: ${JSON.stringify({ data, back, around })}`);
    }
  });

  it('of an incident nobody has touched says nothing that stands in the rows beside it', () => {
    const given = alert({
      message: 'm'.repeat(500),
      title: 'Disk "full"',
      labels: { host: 'h'.repeat(100) },
    });
    const incident = incidentOf(given, formatId('inc', 77), START, 'grafana');
    const data = incidentEventData(incident, { type: 'incident.triggered' }, 'source:grafana');
    const opener = {
      title: given.title,
      message: given.message,
      link: given.link,
      labels: JSON.stringify(given.labels),
    };
    const around = { at: START, incident: 77, grouping: given.groupingId, opener };
    const packed = packData(data, around);
    for (const said of [
      'mmm',
      'full',
      'hhh',
      'monitor.example',
      given.groupingId,
      '2026-05-01',
      'inc_',
      'resolved_by',
    ])
      expect([said, packed.includes(said)]).toEqual([said, false]);
    expect(packed.length).toBeLessThan(160);
    expect(unpackData(packed, around)).toBe(data);
  });

  it('does not rely on an alert for what would come back from the database as something else', () => {
    const opener = { title: 'half \ud83d', message: 'whole', link: null, labels: null };
    const around = { at: START, incident: 77, grouping: 'g', opener };
    const data = JSON.stringify({ title: opener.title, message: opener.message });
    const stored = { ...around, opener: { ...opener, title: 'half \ufffd' } };
    expect(unpackData(packData(data, around), stored)).toBe(data);
  });
});
