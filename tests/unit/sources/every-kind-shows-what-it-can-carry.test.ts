import { describe, expect, it } from '@jest/globals';
import { cutTo, type KindViews, kindViews } from '../../../src/sources/alert/kind-view.js';
import { source } from '../model/records.js';
import { sourceOf } from './made.js';

const CONTEXT = { source, publicUrl: 'https://relay.example.org', assignee: null, at: Date.UTC(2026, 0, 1) };

function views(payload: object, templates: Record<string, string> = {}): KindViews | null {
  const [alert] = sourceOf('generic', { templates }).prepare(JSON.stringify(payload), 'application/json');
  if (alert === undefined) throw new Error('no alert');
  return kindViews(alert, CONTEXT);
}
const DISK = {
  id: '1',
  title: 'Disk full',
  message: 'at 94 %',
  severity: 'critical',
  link: 'https://m.example.org/1',
};

describe('a kind of destination', () => {
  it('without templates of its own shows the plain texts', () => {
    expect(views(DISK)?.slack).toEqual({
      title: 'Disk full',
      message: 'at 94 %',
      imageUrl: null,
      url: 'https://m.example.org/1',
    });
    expect(views(DISK)?.msteams).toEqual(views(DISK)?.slack);
  });

  it('shows its own, part by part', () => {
    const own = views(DISK, { slack_title: ':fire: {{ payload.title }}', email_message: 'Dear all' });
    expect(own?.slack).toMatchObject({ title: ':fire: Disk full', message: 'at 94 %' });
    expect(own?.email).toMatchObject({ title: 'Disk full', message: 'Dear all' });
    expect(own?.msteams).toMatchObject({ title: 'Disk full', message: 'at 94 %' });
  });

  it('sms is one text with the severity, cut at 160 characters', () => {
    expect(views(DISK)?.sms).toEqual({
      title: '[critical] Disk full',
      message: '',
      imageUrl: null,
      url: null,
    });
    const long = views({ ...DISK, title: '💾'.repeat(300) })?.sms.title ?? '';
    expect([...long]).toHaveLength(160);
    expect(long.endsWith('💾…')).toBe(true);
    expect(views({ ...DISK, state: 'ok' })?.sms.title).toBe('[resolved] Disk full');
    expect(views(DISK, { sms_title: 'short' })?.sms.title).toBe('[critical] short');
  });

  it('email has a subject of at most 200 characters', () => {
    expect([...(views({ ...DISK, title: 'x'.repeat(400) })?.email.title ?? '')]).toHaveLength(200);
  });

  it('webhook and console are worded as they really are, for a recovery too', () => {
    const opened = views(DISK, { webhook_title: 'for machines' });
    expect(opened?.console).toMatchObject({
      title: '[P1] Triggered: Disk full',
      url: 'https://m.example.org/1',
    });
    expect(opened?.console.message).toContain('at 94 %');
    expect(opened?.webhook.title).toBe('[P1] Triggered: for machines');
    expect(views({ ...DISK, state: 'ok' })?.console.title).toBe('[P1] Resolved: Disk full');
  });

  it('has a stand-in for the incident that does not exist yet', () => {
    const named = views(
      { id: '1', title: 'Disk full' },
      { message: 'see {{ grafana_oncall_link }} ({{ grafana_oncall_incident_id }})' },
    );
    expect(named?.slack.message).toBe('see relay incident show inc_new (inc_new)');
  });

  it('shows nothing of an alert that is ignored', () => {
    expect(views(DISK, { ignore_condition: 'true' })).toBeNull();
  });
});

describe('cutting', () => {
  it('leaves what fits, and tears no character apart', () => {
    expect(cutTo('abc', 3)).toBe('abc');
    expect(cutTo('abcd', 3)).toBe('ab…');
    expect(cutTo('ab cd', 4)).toBe('ab…');
    expect(cutTo('💾💾💾', 2)).toBe('💾…');
  });
});
