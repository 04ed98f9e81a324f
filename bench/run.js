// `npm run bench`: measures Relay against its budget and against the floor, in one run on one machine, and prints the table.
//   --only throughput,delay,disk,waiting,cli,templates,filters,fan-out   some parts (disk needs throughput)
//   --seconds 10  --rounds 3  --connections 64  --window 512  --waiting 1000000  --json result.json
// This process is the load and the sink; the relay under test and the floor are processes of their own.

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureCli } from './cli-start.js';
import { measureFanOut } from './fan-out.js';
import { measureFilters } from './filters.js';
import { openSink } from './measure.js';
import { tableText } from './report.js';
import { measureDelays, measureRates } from './rounds.js';
import { measureTemplates } from './templates.js';
import { measureWaiting } from './waiting.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'throughput,delay,disk,waiting,cli,templates,filters,fan-out' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '64' },
    window: { type: 'string', default: '512' },
    waiting: { type: 'string', default: '1000000' },
    json: { type: 'string' },
  },
});

const parts = new Set(values.only.split(','));
const plan = {
  ms: Number(values.seconds) * 1000,
  warmMs: Math.min(5_000, Number(values.seconds) * 500),
  rounds: Number(values.rounds),
  connections: Number(values.connections),
  window: Number(values.window),
  waiting: Number(values.waiting),
  disk: parts.has('disk'),
};
/** @param {string} text */
const say = (text) => process.stderr.write(`${text}\n`);

/** @typedef {import('./report.js').Row} Row */
/** @typedef {typeof plan} Plan */
/** @typedef {{ plan: Plan, sink: Awaited<ReturnType<typeof openSink>>, say: typeof say }} Bench */
/** @typedef {{ rows: Row[], detail: unknown }} Part */

const sink = await openSink();
/** @type {Bench} */
const bench = { plan, sink, say };
/** @type {Row[]} */
const rows = [];
/** @type {Record<string, unknown>} */
const detail = {};

/** @param {string} name @param {(bench: Bench) => Promise<Part>} measure */
async function run(name, measure) {
  if (!parts.has(name)) return;
  say(`# ${name}`);
  const part = await measure(bench);
  rows.push(...part.rows);
  detail[name] = part.detail;
}

await run('throughput', measureRates);
await run('delay', measureDelays);
await run('waiting', measureWaiting);
await run('cli', measureCli);
await run('templates', measureTemplates);
await run('filters', measureFilters);
await run('fan-out', measureFanOut);
sink.close();

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`;
process.stdout.write(`\n${machine}\n\n${tableText(rows)}\n`);
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, plan, rows, detail }, null, 2)}\n`);
process.exit(0);
