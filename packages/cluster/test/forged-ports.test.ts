// TCP ports that somebody announces in the name of another machine.
import { expect, it } from 'vitest';
import { at, cluster, hex, receive } from './support/world.ts';

it('A TCP port announced in version 2 without proof is forgotten when the address speaks version 1', () => {
  const node = cluster();
  receive(node, at(1), { extension: { v: 2, id: hex(), tcp: 22, name: 'kitchen' } }, 0);
  receive(node, at(1), {}, 1);
  // A heard member is connected to: only the TCP port that it has announced itself may count.
  expect(node.members()).toMatchObject([
    { state: 'heard', version: 1, tcpPort: undefined, name: undefined },
  ]);
});
