// Names a template that never ends: a thread beside the fuzz run that sees how far it is, and ends the process with the template on
// stderr when one case takes longer than a minute. Nothing inside the same thread could say so.

import { Worker } from 'node:worker_threads';

const ROOM = 262_144;
const WATCHER = `
  const { workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const head = new Int32Array(workerData.shared, 0, 2);
  let seen = -1;
  let since = Date.now();
  setInterval(() => {
    const index = Atomics.load(head, 0);
    if (index !== seen) { seen = index; since = Date.now(); return; }
    if (Date.now() - since < 60_000) return;
    const text = Buffer.from(new Uint8Array(workerData.shared, 8, Atomics.load(head, 1))).toString('utf8');
    writeSync(2, 'HANGS: seed ' + workerData.seed + ', case ' + index + ': ' + JSON.stringify(text) + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 2_000);
`;

export interface HangWatch {
  readonly note: (index: number, template: string) => void;
  readonly stop: () => Promise<unknown>;
}

export function watchForHangs(seed: number): HangWatch {
  const shared = new SharedArrayBuffer(ROOM + 8);
  const head = new Int32Array(shared, 0, 2);
  const bytes = Buffer.from(shared, 8, ROOM);
  const worker = new Worker(WATCHER, { eval: true, workerData: { shared, seed } });
  worker.unref();
  return {
    note: (index, template) => {
      Atomics.store(head, 1, bytes.write(template));
      Atomics.store(head, 0, index);
    },
    stop: () => worker.terminate(),
  };
}
