// A program that counts the bytes that arrive at its ports.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Listens at some ports, and prints on request how many bytes came there, and how many offers of
 * version 1.
 */
const { ports } = JSON.parse(process.argv[2]!) as { readonly ports: readonly number[] };

function report(event: string, detail: string): void {
  process.stdout.write(`${JSON.stringify({ event, detail, at: Date.now() })}\n`);
}

let [bytes, files] = [0, 0];
const sockets = ports.map((port) => createSocket('udp4').bind(port, '0.0.0.0'));
for (const socket of sockets) {
  socket.on('message', (datagram) => {
    bytes += datagram.length;
    if (datagram.toString().startsWith('File,1,7000\n')) files += 1;
  });
}
await Promise.all(sockets.map((socket) => once(socket, 'listening')));
report('listens', '');
const asked = createInterface({ input: process.stdin });
asked.on('line', () => {
  report('came', `${bytes} ${files}`);
});
await once(asked, 'close');
for (const socket of sockets) socket.close();
