// The contract of the store, over SQLite.

import { describe } from '@jest/globals';
import { batchOrdering } from './contract/batch-ordering.js';
import { batchesTried } from './contract/batches-tried.js';
import { batching } from './contract/batching.js';
import { byHand } from './contract/by-hand.js';
import { caring } from './contract/caring.js';
import { delivering } from './contract/delivering.js';
import { exactTexts } from './contract/exact-texts.js';
import { finding } from './contract/finding.js';
import { keeping } from './contract/keeping.js';
import { lists } from './contract/lists.js';
import { ordering } from './contract/ordering.js';
import { takingIn } from './contract/taking-in.js';
import { tokens } from './contract/tokens.js';
import { makeSqliteStore } from './kit/sqlite-place.js';

describe('SQLite takes in', () => takingIn(makeSqliteStore));
describe('SQLite delivers', () => delivering(makeSqliteStore));
describe('SQLite puts together', () => batching(makeSqliteStore));
describe('SQLite keeps batches as they were', () => batchesTried(makeSqliteStore));
describe('SQLite keeps batches in order', () => batchOrdering(makeSqliteStore));
describe('SQLite takes orders', () => byHand(makeSqliteStore));
describe('SQLite keeps order', () => ordering(makeSqliteStore));
describe('SQLite lists', () => lists(makeSqliteStore));
describe('SQLite finds', () => finding(makeSqliteStore));
describe('SQLite keeps', () => keeping(makeSqliteStore));
describe('SQLite says again', () => exactTexts(makeSqliteStore));
describe('SQLite cares', () => caring(makeSqliteStore));
describe('SQLite keeps tokens', () => tokens(makeSqliteStore));
