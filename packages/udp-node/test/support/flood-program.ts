// A program that floods a node.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** The kinds of floods. */
export type Kind = 'junk' | 'gets' | 'discovers';

/** Sends 50,000 datagrams a second for some seconds, and prints how many it sent. */
const [kind, port, senders, seconds] = process.argv.slice(2) as [Kind, string, string, string];
const rate = 50_000;
const length = 1000 * Number(seconds);
const step = 5;

function address(n: number): string {
  return `127.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}:${1 + (n % 60_000)}`;
}

const texts: Readonly<Record<Kind, (n: number) => string>> = {
  junk: (n) => `\u0000junk ${n}`,
  gets: (n) => `Get,file ${n}\n{"v":2,"req":"${n.toString(16).padStart(16, '0')}"}\n`,
  discovers: (n) =>
    `DISCOVER,${Array.from({ length: 20 }, (_, i) => address(20 * n + i + 65_536)).join(',')}\n`,
};

const sockets = Array.from({ length: Number(senders) }, () =>
  createSocket('udp4').bind(0, '127.0.0.1'),
);
await Promise.all(sockets.map((socket) => once(socket, 'listening')));
const started = performance.now();
let sent = 0;
while (performance.now() - started < length) {
  const due = Math.min(((performance.now() - started) * rate) / 1000 - sent, rate / 100);
  for (let i = 0; i < due; i += 1) {
    sockets[sent % sockets.length]!.send(texts[kind](sent), Number(port), '127.0.0.1');
    sent += 1;
  }
  await new Promise((resolve) => setTimeout(resolve, step));
}
process.stdout.write(String(Math.round((1000 * sent) / (performance.now() - started))));
for (const socket of sockets) socket.close();
