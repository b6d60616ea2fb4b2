// The line that says who reaches a node that shares.
import { describe, expect, it } from 'vitest';
import { reachText } from '../../src/members/reach-text.ts';

const node = { address: { host: '::', port: 1378 }, tcpAddress: { host: '::', port: 49_152 } };

const open = { host: '::', lan: true, catalog: true, protocol: 2 } as const;

describe('who reaches a node that shares', () => {
  it('With --lan a line says what is open to whom', () => {
    expect(reachText(node, open, 'p2p share')).toBe(
      'Everyone on your network can list and get what is shared (UDP port 1378, TCP port 49152).',
    );
  });

  it.each([
    ['without a catalog', { ...open, catalog: false }],
    ['of version 1', { ...open, protocol: 1 as const }],
  ])('A node %s does not say that its files can be listed', (_which, config) => {
    expect(reachText(node, config, 'p2p share')).toBe(
      'Everyone on your network can get each shared file whose name they know ' +
        '(UDP port 1378, TCP port 49152).',
    );
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])(
    'A node at %s, which only its machine reaches, says how to share with the network',
    (host) => {
      expect(reachText(node, { ...open, host, lan: false }, 'p2p share')).toBe(
        `Only this machine reaches ${host}: share with your network by p2p share --lan`,
      );
    },
  );

  it('A host that the user chose needs no words', () => {
    expect(reachText(node, { ...open, host: '192.0.2.1', lan: false }, 'p2p share')).toBe(
      undefined,
    );
  });
});
