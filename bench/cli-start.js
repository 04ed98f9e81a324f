// How long the command line takes to start, against a Node process that does nothing.

import { BIN, prepareRelay, timeNode } from './relay.js';
import { median, millis } from './report.js';

const RUNS = 15;

/** @param {import('./run.js').Bench} bench @returns {Promise<import('./run.js').Part>} */
export async function measureCli({ sink }) {
  const relay = await prepareRelay({ sinkUrl: sink.url, concurrency: 8 });
  const daemon = await relay.start();
  const commands = [
    { what: 'relay --version', args: [BIN, '--version'], budget: 2 },
    { what: 'relay status', args: [BIN, 'status', '--config', relay.config], budget: 4 },
  ];
  /** @type {number[]} */
  const bare = [];
  const times = commands.map(() => /** @type {number[]} */ ([]));
  for (let run = 0; run < RUNS; run++) {
    bare.push(await timeNode(['-e', '0'], relay.dir));
    for (const [i, { args }] of commands.entries()) times[i]?.push(await timeNode(args, relay.dir));
  }
  await daemon.stop();
  relay.remove();
  const floor = median(bare);
  const rows = commands.map(({ what, budget }, i) => {
    const ours = median(times[i] ?? []);
    return {
      what,
      budget: `≤ ${budget} × node -e 0`,
      measured: millis(ours),
      floor: millis(floor),
      ratio: (ours / floor).toFixed(1),
      ok: ours / floor <= budget,
    };
  });
  return { rows, detail: { bare, times } };
}
