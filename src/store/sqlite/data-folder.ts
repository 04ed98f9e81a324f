// The folder that holds database, lock and socket: made on the first start, and looked at before anything is opened in it, so that a wrong
// path or missing rights are told as what they are.

import { accessSync, constants, mkdirSync } from 'node:fs';
import { RelayError } from '../../core/errors.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'that file system is read-only',
  EEXIST: 'it is a file, not a folder',
  ENOTDIR: 'a part of this path is a file, not a folder',
  ENOSPC: 'the disk is full',
};

/** @throws RelayError daemon.data_folder */
export function makeDataFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new RelayError('daemon.data_folder', `the data folder ${dir} cannot be used`, {
      why: REASONS[code] ?? message,
      fix: 'give it to the user that runs Relay, or name another in the config file: data: ./data',
      cause: error,
    });
  }
}
