// Runs the real command line, as a user does: bin/relay.js on the compiled product, in a process of its own.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
export const BIN = join(ROOT, 'bin', 'relay.js');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly timeoutMs?: number;
}

/** The environment of a process under test: no colours, no config of the person who runs the tests. */
export function testEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', ...extra };
  for (const name of ['RELAY_CONFIG', 'FORCE_COLOR', 'NODE_OPTIONS', 'XDG_CONFIG_HOME']) {
    if (!(name in extra)) delete env[name];
  }
  return env;
}

/** @throws Error when the product has not been compiled */
export function requireBuild(): void {
  if (!existsSync(join(ROOT, 'dist')))
    throw new Error('these tests run the compiled product: npm run build first');
}

/** Runs `relay <args>` to its end. Never throws on a failing command: look at `code`. */
export function relay(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  requireBuild();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: options.cwd ?? ROOT,
      env: testEnv(options.env),
      stdio: 'pipe',
    });
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`relay ${args.join(' ')} did not end\n${stdout}\n${stderr}`));
    }, options.timeoutMs ?? 25_000);
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
  });
}
