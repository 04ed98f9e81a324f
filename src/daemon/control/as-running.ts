// A config read again, as far as a running daemon can take it: it goes on listening and storing where it does until it is restarted, and
// what it says of itself (status, Integration URLs, config show) must stay true meanwhile.

import { defaultPublicUrl } from '../../config/effective.js';
import type { LoadedConfig } from '../../config/spec.js';

/** `file` with the listener, socket, body limit and data folder of `running`. Port 0 is not bound yet: the file's port is taken. */
export function asRunning(file: LoadedConfig, running: LoadedConfig): LoadedConfig {
  const { host, socket, bodyLimitBytes } = running.server;
  const port = running.server.port === 0 ? file.server.port : running.server.port;
  const isDefault = file.server.publicUrl === defaultPublicUrl(file.server.host, file.server.port);
  const publicUrl = isDefault ? defaultPublicUrl(host, port) : file.server.publicUrl;
  return {
    ...file,
    server: { ...file.server, host, port, socket, bodyLimitBytes, publicUrl },
    dataDir: running.dataDir,
  };
}
