#!/usr/bin/env node
// Launcher: checks the Node version, answers --version without loading anything, hands over to the compiled CLI.
// Plain syntax only: it must run far enough on an old Node to say what is wrong.
// CommonJS (bin/package.json), because Node 20 uses its thread pool to load an ES module: too late then to set the pool's size.

const { existsSync, readFileSync } = require('node:fs');
const nodeModule = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

// The pool makes the store's log durable and resolves names. libuv lets name lookups take half of it: with its own 4 threads, two
// names whose server does not answer hold up every other new connection.
process.env.UV_THREADPOOL_SIZE = process.env.UV_THREADPOOL_SIZE || '16';

const [major, minor] = process.versions.node.split('.').map(Number);
const argument = process.argv[2];
const root = join(__dirname, '..');
const compiled = join(root, 'dist', 'cli', 'main.js');

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`error: Relay needs Node 20.19 or newer [usage.invalid]
why: this is Node ${process.versions.node} at ${process.execPath}
fix: install a current Node (https://nodejs.org) or switch to it, for example: nvm install 22`);
  process.exitCode = 2;
} else if (process.argv.length === 3 && (argument === '--version' || argument === '-V')) {
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  process.stdout.write(`${JSON.parse(manifest).version}\n`);
} else if (!existsSync(compiled)) {
  const installed = existsSync(join(root, 'node_modules'));
  console.error(`error: Relay is not built yet [usage.invalid]
why: dist/cli/main.js does not exist
fix: in the folder of package.json, run: ${installed ? 'npm run build' : 'npm install'}`);
  process.exitCode = 1;
} else {
  // Node 22.1 and later keep compiled code between runs.
  if (nodeModule.enableCompileCache) nodeModule.enableCompileCache();
  import(pathToFileURL(compiled).href)
    .then(({ main }) => main(process.argv.slice(2)))
    .then((code) => {
      process.exitCode = code;
    });
}
