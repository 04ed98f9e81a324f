// Finds the daemon's socket in a config file without the YAML parser, which costs a call a sixth of its time. Only where the text leaves
// no doubt: anything but plain `data: path` at the start of a line, or any word that may be a `socket` key, is left to the parser.

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DEFAULT_DATA_DIR, type LocateInput, locateConfig, SOCKET_NAME } from '../config/locate.js';

const PLAIN_DATA = /^data:[ \t]+([A-Za-z0-9_./-]+)[ \t]*(?: #.*)?\r?$/m;
/** Plain text that YAML reads as something other than text, or as nothing. */
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|[-.\d]+)$/i;

/** The socket that `text` asks for, or undefined when only a parser can tell. @param folder the config file's, absolute */
export function quickSocket(text: string, folder: string): string | undefined {
  const rest = text.replace(/^[ \t]*#.*$/gm, '');
  // A flow mapping, a tag, an anchor or an escape at the start of a line may hold keys in other forms.
  if (/socket["']?[ \t]*:|\\|^[{[&*!?<"'%]/m.test(rest)) return undefined;
  const mentions = rest.match(/^data\b.*$/gm) ?? [];
  if (mentions.length === 0) return resolve(folder, DEFAULT_DATA_DIR, SOCKET_NAME);
  const dir = PLAIN_DATA.exec(mentions[0] as string)?.[1];
  if (mentions.length > 1 || dir === undefined || NOT_TEXT.test(dir)) return undefined;
  return resolve(folder, dir, SOCKET_NAME);
}

/** As `socketPath` of config/locate, where that needs no parsing; otherwise undefined. */
export function locateSocketQuickly(input: LocateInput): string | undefined {
  if (input.socket || input.env.RELAY_SOCKET) return undefined;
  const { path } = locateConfig(input);
  if (path === null) return undefined;
  try {
    return quickSocket(readFileSync(path, 'utf8'), dirname(path));
  } catch {
    return undefined;
  }
}
