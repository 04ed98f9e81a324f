// The contract of the store, over SQLite.

import { describe } from '@jest/globals';
import { takingIn } from './contract/taking-in.js';
import { makeSqliteStore } from './kit/sqlite-place.js';

describe('SQLite takes in', () => takingIn(makeSqliteStore));
