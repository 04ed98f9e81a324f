// Contract: access tokens are kept without the tokens themselves, under one name each, and are gone when they are revoked.

import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../../src/store/store.js';
import type { StoredToken } from '../../../src/store/token-store.js';
import { onEmptyPlace } from './empty-place.js';
import { type MakeStore, START, type StoreUnderTest } from './fixtures.js';

const made = (name: string, over: Partial<StoredToken> = {}): Omit<StoredToken, 'id' | 'lastUsedAt'> => ({
  name,
  digest: `digest-of-${name}`,
  tail: 'wxyz',
  scopes: ['read', 'webhooks'],
  createdAt: START,
  createdBy: 'cli:dana',
  expiresAt: null,
  ...over,
});

export function tokens(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  let store: Store;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
    store = empty.store;
  });

  describe('access tokens', () => {
    it('are there after a restart, with an id of their own, a new name and their last use', async () => {
      const ci = await store.addToken(made('ci', { expiresAt: START + 60_000 }));
      const board = await store.addToken(made('wallboard', { scopes: ['read'] }));
      expect(ci.id).toMatch(/^tok_[0-9a-z]{11}$/);
      expect(board.id > ci.id).toBe(true);
      await store.renameToken(ci.id, 'ci-staging');
      await store.noteTokenUse(ci.id, START + 5);
      store = await place.reopen();
      expect(await store.tokens()).toEqual([
        {
          ...made('ci', { expiresAt: START + 60_000 }),
          id: ci.id,
          name: 'ci-staging',
          lastUsedAt: START + 5,
        },
        { ...made('wallboard', { scopes: ['read'] }), id: board.id, lastUsedAt: null },
      ]);
      const next = await store.addToken(made('after'));
      expect(next.id > board.id).toBe(true);
    });

    it('have one name each', async () => {
      await store.addToken(made('ci'));
      const other = await store.addToken(made('cd'));
      await expect(store.addToken(made('ci', { digest: 'another' }))).rejects.toMatchObject({
        code: 'object.exists',
      });
      await expect(store.renameToken(other.id, 'ci')).rejects.toMatchObject({ code: 'object.exists' });
      await store.renameToken(other.id, 'cd');
      expect((await store.tokens()).map(({ name }) => name)).toEqual(['ci', 'cd']);
    });

    it('are gone when removed, and their name is free again', async () => {
      const { id } = await store.addToken(made('ci'));
      await store.removeToken(id);
      expect(await store.tokens()).toEqual([]);
      await expect(store.removeToken(id)).rejects.toMatchObject({ code: 'object.not_found' });
      await expect(store.renameToken(id, 'cd')).rejects.toMatchObject({ code: 'object.not_found' });
      await store.noteTokenUse(id, START);
      expect((await store.addToken(made('ci'))).name).toBe('ci');
    });
  });
}
