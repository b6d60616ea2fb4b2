// Checks whether the node of this container answers. It asks for a file that nobody has, which changes
// nothing in the cluster. A node of version 1 does not answer such a request.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import process from 'node:process';
import { setTimeout } from 'node:timers';
import { decodeMessage, encodeMessage } from '@peerlane/protocol';

const { P2P_HOST: host = '127.0.0.1', P2P_PORT: port = '1378', P2P_PROTOCOL } = process.env;
if (P2P_PROTOCOL === '1') process.exit();

const req = randomBytes(8).toString('hex');
const socket = createSocket('udp4');
socket.on('error', () => process.exit(1));
socket.on('message', (datagram) => {
  const { type, extension } = decodeMessage(datagram);
  if (type === 'file' && extension?.req === req) process.exit();
});
const question = { type: 'get', filename: `health-${req}`, extension: { v: 2, req } };
socket.send(encodeMessage(question), Number(port), host);
setTimeout(() => process.exit(1), 2000);
