// A real daemon in a process of its own, on a folder of its own: started, killed without warning, stopped in good order, restarted.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type ApiAnswer, type ApiRequest, call, listAll } from './api.js';
import { BIN, type CliResult, relay, requireBuild, testEnv } from './cli.js';
import { removeDir, tempDir, untilTrue } from './wait.js';

export interface DaemonOptions {
  /** The config file without `server` and `data`, which are put in. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Kept by the caller; by default a temporary folder that `remove` deletes. */
  readonly dir?: string;
  /** Where the database lies; by default `<dir>/data`. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Before `node`, for instance `prlimit --fsize=…`. */
  readonly wrapper?: readonly string[];
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface TestDaemon {
  readonly dir: string;
  readonly configPath: string;
  readonly dataDir: string;
  readonly socketPath: string;
  readonly url: string;
  readonly pid: () => number;
  /** All that this and earlier lives of the daemon printed. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The control API; `path` is relative to /api/v1. */
  api(path: string, what?: ApiRequest): Promise<ApiAnswer>;
  list<Item>(path: string): Promise<Item[]>;
  /** Posts to `/in/<source>/<key>`. */
  post(source: string, key: string, body: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  /** The command line against this daemon. */
  relay(...args: string[]): Promise<CliResult>;
  signal(name: NodeJS.Signals): void;
  exited(timeoutMs?: number): Promise<Exit>;
  kill9(): Promise<void>;
  stop(): Promise<Exit>;
  /** Starts it again on the same folder, after kill9 or stop. `whenReady` false: returns at once, while it is still starting. */
  restart(options?: { whenReady: boolean }): Promise<void>;
  /** Ends it if it runs and deletes its folder, unless the caller gave one. */
  remove(): Promise<void>;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Life {
  readonly child: ChildProcess;
  readonly exit: Promise<Exit>;
  ended: Exit | null;
}

function begin(
  command: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  hear: (out: string, err: string) => void,
): Life {
  const child = spawn(command[0] as string, command.slice(1), {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.on('data', (chunk) => hear(String(chunk), ''));
  child.stderr?.on('data', (chunk) => hear('', String(chunk)));
  const life: Life = {
    child,
    ended: null,
    exit: new Promise((resolve) =>
      child.once('exit', (code, signal) => {
        life.ended = { code, signal };
        resolve(life.ended);
      }),
    ),
  };
  return life;
}

/** Starts a daemon and waits until it answers on its socket. @throws Error with its output when it does not */
export async function startDaemon(options: DaemonOptions = {}): Promise<TestDaemon> {
  requireBuild();
  const dir = options.dir ?? tempDir();
  const dataDir = options.dataDir ?? join(dir, 'data');
  const configPath = join(dir, 'relay.yaml');
  const socketPath = join(dir, 'relay.sock');
  const port = await freePort();
  mkdirSync(dir, { recursive: true });
  const { server, ...rest } = options.config ?? {};
  const listen = { listen: `127.0.0.1:${port}`, socket: socketPath, ...(server as object | undefined) };
  writeFileSync(configPath, stringify({ server: listen, data: dataDir, ...rest }));

  const command = [...(options.wrapper ?? []), process.execPath, BIN, 'serve', '--config', configPath];
  let stdout = '';
  let stderr = '';
  let life: Life | null = null;
  const url = `http://127.0.0.1:${port}`;
  const api = (path: string, what?: ApiRequest): Promise<ApiAnswer> =>
    call({ socketPath, url: `http://relay/api/v1/${path}` }, what);

  const start = async ({ whenReady } = { whenReady: true }): Promise<void> => {
    const now = begin(command, dir, testEnv(options.env), (out, err) => {
      stdout += out;
      stderr += err;
    });
    life = now;
    if (!whenReady) return;
    await untilTrue('the daemon listens', async () => {
      if (now.ended) return true;
      const [socket, tcp] = await Promise.all([
        api('status'),
        call({ socketPath: null, url: `${url}/healthz` }),
      ]);
      return socket.status === 200 && tcp.status === 200;
    });
    if (now.ended)
      throw new Error(`the daemon ended with ${JSON.stringify(now.ended)}\n${stdout}\n${stderr}`);
  };
  const current = (): Life => {
    if (life === null) throw new Error('the daemon was never started');
    return life;
  };
  const exited = async (timeoutMs = 20_000): Promise<Exit> =>
    untilTrue('the daemon ended', () => current().ended, timeoutMs);
  const end = async (name: NodeJS.Signals): Promise<Exit> => {
    if (!current().ended) current().child.kill(name);
    return exited();
  };

  try {
    await start();
  } catch (error) {
    (life as Life | null)?.child.kill('SIGKILL');
    throw new Error(`the daemon did not start\n${stdout}\n${stderr}`, { cause: error });
  }
  return {
    dir,
    configPath,
    dataDir,
    socketPath,
    url,
    pid: () => current().child.pid as number,
    stdout: () => stdout,
    stderr: () => stderr,
    api,
    list: (path) => listAll(socketPath, path),
    post: (source, key, body, headers) =>
      call(
        { socketPath: null, url: `${url}/in/${source}/${key}` },
        { body, ...(headers ? { headers } : {}) },
      ),
    relay: (...args) => relay(args, { cwd: dir, env: { RELAY_CONFIG: configPath } }),
    signal: (name) => {
      current().child.kill(name);
    },
    exited,
    kill9: async () => {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    restart: start,
    remove: async () => {
      if (!current().ended) await end('SIGKILL');
      if (options.dir === undefined) removeDir(dir);
    },
  };
}
