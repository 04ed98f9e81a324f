// Finds and reads the config file for commands that work without a daemon. The validator is loaded only here: it is large.

import { locateConfig } from '../config/locate.js';
import type { LoadResult } from '../config/spec.js';
import { RelayError } from '../core/errors.js';
import type { CliContext } from './context.js';

type Place = Pick<CliContext, 'configFlag' | 'env' | 'cwd'>;

/** The config file's absolute path. @throws config.not_found when there is none */
export function requireConfigPath(context: Place): string {
  const { path, tried } = locateConfig({ config: context.configFlag, env: context.env, cwd: context.cwd });
  if (path !== null) return path;
  throw new RelayError('config.not_found', 'there is no config file', {
    why: `looked for ${tried.join(', ')}`,
    fix: 'name it with --config, or make one with: relay init',
  });
}

/** All that start-up would check. @throws config.not_found, config.unreadable */
export async function readConfigFile(path: string, context: Pick<CliContext, 'env'>): Promise<LoadResult> {
  const { loadConfigFile } = await import('../config/load.js');
  return loadConfigFile(path, { variables: context.env });
}
