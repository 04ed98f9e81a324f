// Objects made by CLI or API, paused marks, secrets and template snapshots. Few rows, small writes.

import type { Noun } from '../../model/topology.js';
import type { SecretPurpose, StoredObject, StoredSecret, TemplateSnapshot } from '../store.js';
import type { Kernel } from './kernel.js';

interface ObjectRow {
  noun: Noun;
  name: string;
  origin: StoredObject['origin'];
  spec: string;
  created_at: number;
  updated_at: number;
}

interface SecretRow {
  noun: Noun;
  name: string;
  purpose: SecretPurpose;
  value: string;
  created_at: number;
  expires_at: number | null;
}

const PUT_OBJECT = `INSERT INTO object (noun, name, origin, spec, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (noun, name) DO UPDATE SET origin = excluded.origin, spec = excluded.spec, updated_at = excluded.updated_at`;

export function prepareObjects({ db, writer }: Kernel) {
  const list = db.prepare(
    'SELECT noun, name, origin, spec, created_at, updated_at FROM object ORDER BY noun, name',
  );
  const put = db.prepare(PUT_OBJECT);
  const removals = ['object', 'paused', 'secret'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE noun = ? AND name = ?`),
  );
  const removeSnapshot = db.prepare('DELETE FROM snapshot WHERE source = ?');
  const paused = db.prepare("SELECT noun || '/' || name FROM paused").pluck();
  const pause = db.prepare(
    'INSERT INTO paused (noun, name, at) VALUES (?, ?, ?) ON CONFLICT (noun, name) DO NOTHING',
  );
  const resume = db.prepare('DELETE FROM paused WHERE noun = ? AND name = ?');
  return {
    listObjects: async (): Promise<readonly StoredObject[]> =>
      (list.all() as ObjectRow[]).map((row) => ({
        noun: row.noun,
        name: row.name,
        origin: row.origin,
        spec: JSON.parse(row.spec) as Record<string, unknown>,
        createdAt: row.created_at,
        updatedAt: row.updated_at,
      })),
    putObject: (object: Omit<StoredObject, 'createdAt' | 'updatedAt'>, at: number) =>
      writer.submit(() => {
        put.run(object.noun, object.name, object.origin, JSON.stringify(object.spec), at, at);
      }),
    removeObject: (noun: Noun, name: string) =>
      writer.submit(() => {
        for (const removal of removals) removal.run(noun, name);
        if (noun === 'source') removeSnapshot.run(name);
      }),
    pausedObjects: async (): Promise<ReadonlySet<string>> => new Set(paused.all() as string[]),
    setPaused: (noun: Noun, name: string, isPaused: boolean, at: number) =>
      writer.submit(() => {
        if (isPaused) pause.run(noun, name, at);
        else resume.run(noun, name);
      }),
  };
}

export function prepareSecrets({ db, writer }: Kernel) {
  const list = db.prepare(
    'SELECT noun, name, purpose, value, created_at, expires_at FROM secret ORDER BY id',
  );
  const ofObject = 'noun = ? AND name = ? AND purpose = ?';
  const endAll = db.prepare(`UPDATE secret SET expires_at = ? WHERE ${ofObject}
    AND (expires_at IS NULL OR expires_at > ?)`);
  // A secret in its overlap keeps the end it was promised.
  const giveEnd = db.prepare(`UPDATE secret SET expires_at = ? WHERE ${ofObject} AND expires_at IS NULL`);
  const forget = db.prepare(
    'DELETE FROM secret WHERE noun = ? AND name = ? AND purpose = ? AND expires_at <= ?',
  );
  const insert = db.prepare(
    'INSERT INTO secret (noun, name, purpose, value, created_at, expires_at) VALUES (?, ?, ?, ?, ?, NULL)',
  );
  return {
    secrets: async (): Promise<readonly StoredSecret[]> =>
      (list.all() as SecretRow[]).map(({ created_at, expires_at, ...row }) => ({
        ...row,
        createdAt: created_at,
        expiresAt: expires_at,
      })),
    putSecret: (secret: Omit<StoredSecret, 'expiresAt'>, overlapUntil: number) =>
      writer.submit(() => {
        const { noun, name, purpose, value, createdAt } = secret;
        if (overlapUntil <= createdAt) endAll.run(overlapUntil, noun, name, purpose, overlapUntil);
        else giveEnd.run(overlapUntil, noun, name, purpose);
        forget.run(noun, name, purpose, createdAt);
        insert.run(noun, name, purpose, value, createdAt);
      }),
  };
}

export function prepareSnapshots({ db, writer }: Kernel) {
  const list = db.prepare('SELECT source, pack, templates, taken_at FROM snapshot ORDER BY source');
  const put = db.prepare(`INSERT INTO snapshot (source, pack, templates, taken_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (source) DO UPDATE SET pack = excluded.pack, templates = excluded.templates, taken_at = excluded.taken_at`);
  type Row = { source: string; pack: string; templates: string; taken_at: number };
  return {
    snapshots: async (): Promise<readonly TemplateSnapshot[]> =>
      (list.all() as Row[]).map((row) => ({
        source: row.source,
        pack: row.pack,
        templates: JSON.parse(row.templates) as Record<string, string>,
        takenAt: row.taken_at,
      })),
    putSnapshot: ({ source, pack, templates, takenAt }: TemplateSnapshot) =>
      writer.submit(() => {
        put.run(source, pack, JSON.stringify(templates), takenAt);
      }),
  };
}
