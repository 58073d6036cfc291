// Starts telegram-test-api on a free loopback port, says which, and stops when its input ends.
'use strict';

const net = require('node:net');
const TelegramServer = require('telegram-test-api');

const HOST = '127.0.0.1';

// The server takes 0 to mean its default port, so the free one is found beforehand.
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, HOST, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function main() {
  const port = await freePort();
  const server = new TelegramServer({ host: HOST, port });
  await server.start();
  process.stdin.on('end', () => process.exit(0));
  process.stdin.resume();
  process.stdout.write(`${port}\n`);
}

main().catch((problem) => {
  process.stderr.write(`${problem.stack}\n`);
  process.exit(1);
});
