// Reads the config file on start and on every reload, with what the command line and the bound port change in it.

import { ConfigError } from '../../config/config-error.js';
import { loadConfigFile } from '../../config/load.js';
import type { LoadedConfig } from '../../config/spec.js';

export class ConfigReader {
  readonly #path: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #socket: string | null;
  #boundPort: number | null = null;

  constructor(path: string, env: NodeJS.ProcessEnv, socket: string | null) {
    this.#path = path;
    this.#env = env;
    this.#socket = socket;
  }

  /** @throws ConfigError, RelayError config.not_found, config.unreadable */
  read(): LoadedConfig {
    const result = loadConfigFile(this.#path, { variables: this.#env });
    if (!result.ok) throw new ConfigError(result.path, result.text, result.diagnostics);
    const { config } = result;
    const { server } = config;
    const port = server.port === 0 ? (this.#boundPort ?? 0) : server.port;
    const publicUrl = server.publicUrl.endsWith(':0')
      ? server.publicUrl.replace(/:0$/, `:${port}`)
      : server.publicUrl;
    return { ...config, server: { ...server, port, publicUrl, socket: this.#socket ?? server.socket } };
  }

  /** With `listen: host:0` the system picked a port; URLs must say which. True when that changed the config. */
  bindTo(listening: string): boolean {
    const port = Number(new URL(listening).port || 80);
    const changed = this.read().server.port !== port;
    this.#boundPort = port;
    return changed;
  }
}
