// The line that says who reaches a node that shares.
import { describe, expect, it } from 'vitest';
import { reachText } from '../../src/members/reach-text.ts';

const node = { address: { host: '::', port: 1378 }, tcpAddress: { host: '::', port: 49_152 } };

describe('who reaches a node that shares', () => {
  it('With --lan a line says what is open to whom', () => {
    expect(reachText(node, { host: '::', lan: true }, 'p2p share')).toBe(
      'Everyone on your network can list and get what is shared (UDP port 1378, TCP port 49152).',
    );
  });

  it('A node that only its machine reaches says how to share with the network', () => {
    expect(reachText(node, { host: '127.0.0.1', lan: false }, 'p2p share')).toMatch(
      / by p2p share --lan$/,
    );
  });

  it('A host that the user chose needs no words', () => {
    expect(reachText(node, { host: '192.0.2.1', lan: false }, 'p2p share')).toBeUndefined();
  });
});
