// What `relay serve` prints once it really listens: where to post, and what to try next.

import type { Runtime } from '../http/runtime.js';

/** @param invokedAs how the user calls the CLI: `relay`, or `bin/relay.js` in a clone */
export function banner(runtime: Runtime, listening: string, invokedAs: string): string {
  const sources = [...runtime.topology().sources.values()];
  const width = Math.max(0, ...sources.map((source) => source.name.length));
  const first = sources[0];
  const next =
    first === undefined
      ? [
          [`${invokedAs} pack list`, 'what alerts can come from'],
          [`${invokedAs} source add generic my-alerts`, 'a URL to post to'],
          [`${invokedAs} status`, 'how it is doing'],
        ]
      : [
          [`${invokedAs} source test ${first.name} --send`, 'send an alert through the real URL'],
          [`${invokedAs} incident list`, 'what is going on'],
          [`${invokedAs} delivery list`, 'who was told, and what they answered'],
        ];
  const commandWidth = Math.max(...next.map(([command]) => (command as string).length));
  return [
    `relay ${runtime.version} listens on ${listening}   socket ${runtime.config().server.socket}`,
    '',
    ...(first === undefined ? [] : ['post alerts to']),
    ...sources.map((source) => `  ${source.name.padEnd(width)}  ${runtime.integrationUrl(source)}`),
    ...(first === undefined ? [] : ['']),
    'in another terminal, try',
    ...next.map(([command, what]) => `  ${(command as string).padEnd(commandWidth)}   ${what}`),
    '',
    '',
  ].join('\n');
}
