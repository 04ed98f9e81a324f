// The processes the benchmark starts: one line says they listen, /proc says what they use, a signal ends them.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** CPU seconds (user and system, all threads) a process has used; 0 where there is no /proc. @param {number} pid */
export function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** Resident memory in bytes, now and at its highest; NaN where there is no /proc. @param {number} pid */
export function residentBytes(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kib = (/** @type {string} */ name) =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1024;
    return { now: kib('VmRSS'), peak: kib('VmHWM') };
  } catch {
    return { now: Number.NaN, peak: Number.NaN };
  }
}

/**
 * Starts a process of Node and waits until its output matches `ready`.
 * @param {readonly string[]} args
 * @param {{ ready: RegExp, cwd?: string, env?: Record<string, string>, timeoutMs?: number }} options
 */
export async function startChild(args, options) {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const match = await new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`not ready in time: ${args.join(' ')}\n${output.slice(-2_000)}`)),
      options.timeoutMs ?? 20_000,
    );
    /** @param {Buffer} chunk */
    const look = (chunk) => {
      if (output.length < 200_000) output += chunk;
      const found = options.ready.exec(output);
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code}: ${args.join(' ')}\n${output.slice(-2_000)}`));
    });
  });
  return {
    pid: /** @type {number} */ (child.pid),
    match: /** @type {RegExpExecArray} */ (match),
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
