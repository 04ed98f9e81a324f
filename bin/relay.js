#!/usr/bin/env node
// Launcher: checks the Node version, answers --version without loading anything, hands over to the compiled CLI.
// Plain syntax only: it must run far enough on an old Node to say what is wrong.

import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
const argument = process.argv[2];
const compiled = new URL('../dist/cli/main.js', import.meta.url);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`error: Relay needs Node 20.19 or newer [usage.invalid]
why: this is Node ${process.versions.node} at ${process.execPath}
fix: install a current Node (https://nodejs.org) or switch to it, for example: nvm install 22`);
  process.exitCode = 2;
} else if (process.argv.length === 3 && (argument === '--version' || argument === '-V')) {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  process.stdout.write(`${JSON.parse(manifest).version}\n`);
} else if (!existsSync(compiled)) {
  const installed = existsSync(new URL('../node_modules', import.meta.url));
  console.error(`error: Relay is not built yet [usage.invalid]
why: dist/cli/main.js does not exist
fix: in the folder of package.json, run: ${installed ? 'npm run build' : 'npm install'}`);
  process.exitCode = 1;
} else {
  // Node 22.1 and later keep compiled code between runs.
  module.enableCompileCache?.();
  const { main } = await import(compiled.href);
  process.exitCode = await main(process.argv.slice(2));
}
