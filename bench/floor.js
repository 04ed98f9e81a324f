// The floor: the least a relay in Node can do. node:http in, undici out, nothing rendered, nothing kept, so it shows what the
// machine allows and what Relay's templates, transactions and fsync cost on top. Run as a process: `node floor.js <target url> <connections>`.

import { createServer } from 'node:http';
import { Pool } from 'undici';

const target = new URL(process.argv[2] ?? '');
const pool = new Pool(target.origin, { connections: Number(process.argv[3] ?? 64) });
const headers = { 'content-type': 'application/json' };

/** @param {Buffer} body */
async function forward(body) {
  const answer = await pool.request({ method: 'POST', path: target.pathname, headers, body });
  await answer.body.dump();
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    response.writeHead(202, { 'content-type': 'application/json', 'content-length': 2 });
    response.end('{}');
    forward(body).catch((error) => process.stderr.write(`floor: ${error.message}\n`));
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string')
    process.stdout.write(`http://127.0.0.1:${address.port}/in\n`);
});
process.on('SIGTERM', () => process.exit(0));
