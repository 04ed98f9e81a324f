import { describe, expect, it } from '@jest/globals';
import { type ResetInput, resetTemplates } from '../../../src/daemon/control/reset-templates.js';
import type { Pack } from '../../../src/sources/pack/pack.js';
import { pack as packOf } from '../sources/made.js';

const pack: Pack = {
  ...packOf('generic'),
  variables: { old: 'payload.old', added: 'payload.added' },
  templates: { title: 'title today', message: 'message today' },
  splits: {
    each: { each: 'payload.x', templates: { title: 'split today' }, variables: {}, otherwise: 'refuse' },
  },
  split: null,
};
const INPUT: ResetInput = {
  source: 'mine',
  pack,
  snapshot: {
    'variables.old': 'payload.older',
    title: 'title of old',
    message: 'message of old',
    labels: '{{ payload.tags }}',
    'each.title': 'split of old',
  },
  edits: { title: 'edited title', message: 'edited message' },
  isInFile: false,
  names: null,
};

describe('a reset', () => {
  it('of all takes the pack of today and every edit away', () => {
    expect(resetTemplates(INPUT)).toEqual({
      snapshot: {
        'variables.old': 'payload.old',
        'variables.added': 'payload.added',
        title: 'title today',
        message: 'message today',
        'each.title': 'split today',
      },
      edits: {},
      taken: ['variables.old', 'variables.added', 'title', 'message', 'each.title'],
      gone: ['labels'],
      dropped: ['title', 'message'],
      kept: [],
    });
  });

  it('of one leaves the others, but brings the variables it may read', () => {
    const result = resetTemplates({ ...INPUT, names: ['title'] });
    expect(result.snapshot).toEqual({
      ...INPUT.snapshot,
      'variables.added': 'payload.added',
      title: 'title today',
      'each.title': 'split today',
    });
    // Variables see those above them: their order is the pack's.
    expect(Object.keys(result.snapshot).slice(0, 2)).toEqual(['variables.old', 'variables.added']);
    expect(result).toMatchObject({ edits: { message: 'edited message' }, dropped: ['title'], gone: [] });
  });

  it('leaves what the config file says', () => {
    const result = resetTemplates({ ...INPUT, isInFile: true });
    expect(result).toMatchObject({ edits: INPUT.edits, dropped: [], kept: ['title', 'message'] });
  });

  it('refuses a name that is nowhere', () => {
    expect(() => resetTemplates({ ...INPUT, names: ['titel'] })).toThrow(
      expect.objectContaining({ code: 'object.not_found', fix: 'did you mean "title"?' }),
    );
  });
});
