import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readPayloads } from '../../../src/sources/alert/payload.js';
import { guess, isResolvedState } from '../../../src/sources/pack/pack-guess.js';
import { newPack } from '../../../src/sources/pack/pack-new.js';

const guessed = (payload: object) => {
  const [value] = readPayloads(JSON.stringify(payload), 'application/json');
  const found = guess(value as never);
  return Object.fromEntries(Object.entries(found).map(([what, one]) => [what, one?.expression ?? null]));
};

describe('a guess', () => {
  it('finds the usual keys, whatever their letters, nearest to the top', () => {
    expect(
      guessed({
        event: { Summary: 'deep', AlertId: 7, status: 'OK' },
        title: 'top',
        Description: 'more',
        html_url: 'https://x.example.org',
        level: 'error',
        tags: ['a:b'],
      }),
    ).toEqual({
      title: 'payload.title',
      message: 'payload.Description',
      state: '(payload.event or {}).status',
      identity: '(payload.event or {}).AlertId',
      severity: 'payload.level',
      link: 'payload.html_url',
      image: null,
      labels: 'payload.tags',
      list: null,
    });
  });

  it('passes over a key with a line end, which would break out of the comment or text it is written in', () => {
    const strange = { 'a\nslug: b': [{ name: 'x' }], 'in\u2028side': { message: 'y' }, text: 'it broke' };
    expect(guessed(strange)).toMatchObject({ title: 'payload.text', message: null, list: null });
    const text = newPack('mine', { text: JSON.stringify(strange), ending: '.json' }).files[
      'pack.yaml'
    ] as string;
    expect(parse(text)).toMatchObject({
      slug: 'mine',
      templates: { title: expect.stringContaining('text') },
    });
  });

  it('takes a message for the title when there is no other, and no title out of labels', () => {
    expect(guessed({ labels: { name: 'host' }, text: 'it broke' })).toMatchObject({
      title: 'payload.text',
      message: null,
    });
  });

  it('does not take an object for a text, nor a word for a URL', () => {
    expect(guessed({ title: { a: 1 }, url: 'see below', severity: null })).toMatchObject({
      title: null,
      link: null,
      severity: null,
    });
  });

  it('writes names of methods and odd keys so that they are keys', () => {
    expect(guessed({ items: [{ a: 1 }], 'alert-id': '1', "it's": { state: 'x' } })).toMatchObject({
      list: "payload['items']",
      identity: "payload['alert-id']",
      state: "(payload['it\\'s'] or {}).state",
    });
  });

  it('knows words that say it is over', () => {
    const state = (value: string) => ({ expression: '', path: ['state'], value });
    expect(['OK', 'Resolved', 'recovered', 'UP'].map((word) => isResolvedState(state(word)))).not.toContain(
      false,
    );
    expect(isResolvedState(state('firing'))).toBe(false);
  });
});

describe('the files of a new pack', () => {
  it('have the other half of the story made up, with nothing else changed', () => {
    const text = '{ "id": 12345678901234567890, "title": "x",\n  "State": "ALERTING" }';
    const { files, story, notes } = newPack('tool', { text, ending: '.json' });
    expect(files['samples/resolved.json']).toBe(
      '{ "id": 12345678901234567890, "title": "x",\n  "State": "RESOLVED" }\n',
    );
    expect(story).toEqual(['firing', 'firing', 'resolved']);
    expect(notes.join()).toContain('is made up');
  });

  it('say what was not found', () => {
    const { files, notes, story } = newPack('tool', { text: '{"a":{"b":1}}', ending: '.json' });
    expect(notes[0]).toContain(
      'the title; what tells two alerts apart (grouping_id); what says that it is over',
    );
    expect(parse(files['pack.yaml'] as string)).toMatchObject({
      auto_resolve: false,
      templates: { title: 'Alert from Tool' },
    });
    expect(story).toEqual(['firing']);
  });

  it('translate a severity that Relay does not know', () => {
    const { files } = newPack('tool', { text: '{"title":"x","level":"Sev\'X"}', ending: '.json' });
    expect(parse(files['pack.yaml'] as string).templates.severity).toBe(
      "{{ {'sev\\'x': 'warning'}.get(payload.level | string | lower | trim, '') }}",
    );
  });

  it('take forms and texts too', () => {
    expect(Object.keys(newPack('tool', { text: 'title=x&status=up', ending: '.form' }).files)).toContain(
      'samples/resolved.form',
    );
    expect(() => newPack('tool', { text: 'x', ending: '.xml' })).toThrow(/cannot be a sample/);
    expect(() => newPack('tool', { text: '{', ending: '.json' })).toThrow(
      expect.objectContaining({ code: 'ingest.unreadable' }),
    );
  });
});
