// The line that says who reaches a node that shares.
import { describe, expect, it } from 'vitest';
import { reachText } from '../../src/members/reach-text.ts';

const node = { address: { host: '::', port: 1378 }, tcpAddress: { host: '::', port: 49_152 } };

const open = { host: '::', lan: true, catalog: true, protocol: 2, allow: [] as string[] } as const;

/** Interfaces with these addresses of networks of 256. */
const interfaces = (...addresses: string[]) => ({
  eth0: addresses.map((address) => ({
    ...{ address, cidr: `${address}/24`, netmask: '', mac: '', internal: false },
    family: 'IPv4' as const,
  })),
});

const near = interfaces('192.168.7.1');

describe('who reaches a node that shares', () => {
  it('With --lan a line says what is open to whom', () => {
    expect(reachText(node, open, 'p2p share', near)).toBe(
      'Open: everyone on your network can list and get what is shared (UDP port 1378, TCP port 49152).',
    );
  });

  it.each([
    ['without a catalog', 'Open: everyone', { ...open, catalog: false }],
    ['of version 1', 'Everyone', { ...open, protocol: 1 as const }],
  ])('A node %s does not say that its files can be listed', (_which, who, config) => {
    expect(reachText(node, config, 'p2p share', near)).toBe(
      `${who} on your network can get each shared file whose name they know ` +
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

  it('A network with public addresses is said to be left out, with the option that adds it', () => {
    const advice =
      '--lan leaves out 203.0.113.0/24, whose addresses are public: ' +
      'to reach the machines there, add --allow 203.0.113.0/24 on each of them.';
    const text = (allow: string[], ...addresses: string[]) =>
      reachText(node, { ...open, allow }, 'p2p share', interfaces(...addresses));
    expect(text([], '203.0.113.5')).toBe(advice);
    const everyone = reachText(node, open, 'p2p share', near);
    expect(text([], '203.0.113.5', '10.0.0.1')).toBe(`${everyone} ${advice}`);
    expect(text(['203.0.113.0/24'], '203.0.113.5')).toBe(everyone);
  });

  it('A public address without neighbours is no network to add', () => {
    const found = interfaces('203.0.113.5', '10.0.0.1');
    const [first, ...others] = found.eth0;
    const line = { eth0: [{ ...first!, cidr: '203.0.113.5/32' }, ...others] };
    expect(reachText(node, open, 'p2p share', line)).toBe(reachText(node, open, 'p2p share', near));
  });

  it('Of a host that the user chose it is said only whether the node is open', () => {
    const chosen = { ...open, host: '192.0.2.1', lan: false };
    expect(reachText(node, chosen, 'p2p share')).toBe(
      'Open: anyone on this network can read and ask.',
    );
    expect(reachText(node, { ...chosen, protocol: 1 }, 'p2p share')).toBeUndefined();
  });

  it('A sealed node names its key, and those who are kept out', () => {
    const sealed = { ...node, sealedBy: '1a2b3c4d' };
    const said = (config: { readonly host?: string; readonly lan?: boolean }): string | undefined =>
      reachText(sealed, { ...open, ...config }, 'p2p share', near);
    expect(said({})).toBe(
      'Sealed with key 1a2b3c4d: everyone on your network who has it can list and get what is shared ' +
        '(UDP port 1378, TCP port 49152).',
    );
    expect(said({ host: '192.0.2.1', lan: false })).toBe('Sealed with key 1a2b3c4d.');
    expect(said({ host: '127.0.0.1', lan: false })).toMatch(
      /^Sealed with key 1a2b3c4d\. Only this machine reaches 127\.0\.0\.1: /,
    );
  });
});
