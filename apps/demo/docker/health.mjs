// Checks whether the node of this container answers. It asks for a file that nobody has, which changes
// nothing in the cluster. A node of version 1 does not answer such a request.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout } from 'node:timers';
import { decodeMessage, encodeMessage } from '@peerlane/protocol';
import { Keyring, SealedDatagrams } from '@peerlane/seal';

// The key of the node, as a container gets it: a sealed node answers nobody else.
const { P2P_OPEN, P2P_KEY, P2P_KEY_FILE } = process.env;
const keyText = P2P_KEY || (P2P_KEY_FILE ? readFileSync(P2P_KEY_FILE, 'utf8') : '');
const seal =
  keyText && P2P_OPEN !== 'true' ? new SealedDatagrams(Keyring.parse(keyText)) : undefined;

const { P2P_HOST: host = '127.0.0.1', P2P_PORT: port = '1378', P2P_PROTOCOL } = process.env;
if (P2P_PROTOCOL === '1') process.exit();

const req = randomBytes(8).toString('hex');
const socket = createSocket('udp4');
socket.on('error', () => process.exit(1));
socket.on('message', (datagram) => {
  const opened = seal ? seal.open(datagram) : datagram;
  // A text says why it was not sealed by a member.
  if (typeof opened === 'string') return;
  const { type, extension } = decodeMessage(opened);
  if (type === 'file' && extension?.req === req) process.exit();
});
const question = { type: 'get', filename: `health-${req}`, extension: { v: 2, req } };
const message = encodeMessage(question);
socket.send(seal ? seal.seal(message) : message, Number(port), host);
setTimeout(() => process.exit(1), 2000);
