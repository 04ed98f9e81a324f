// relay serve: runs the daemon in this process until it is told to stop. The only command that loads the daemon.

import type { Command } from 'commander';
import { locateConfig } from '../../config/locate.js';
import { addVerb } from '../command.js';
import type { CliContext } from '../context.js';

export async function runServe(context: CliContext): Promise<void> {
  const { path } = locateConfig({ config: context.configFlag, env: context.env, cwd: context.cwd });
  const { runDaemon } = await import('../../daemon/main.js');
  context.exitWith(
    await runDaemon({
      configPath: path,
      socket: context.socketFlag ?? null,
      env: context.env,
      cwd: context.cwd,
      invokedAs: context.invokedAs,
    }),
  );
}

export function registerServe(program: Command, context: CliContext): void {
  addVerb(program, 'serve', {
    summary: 'Run the daemon here, until Ctrl-C or SIGTERM',
    about:
      'SIGTERM finishes what is in flight and stops; a second one stops at once. SIGHUP reloads the config. Logs are JSON lines on stderr.',
    examples: ['relay serve', 'relay serve --config relay.yaml', 'relay serve 2>> relay.log'],
    seeAlso: ['relay init', 'relay status --wait', 'relay config validate'],
  }).action(() => runServe(context));
}
