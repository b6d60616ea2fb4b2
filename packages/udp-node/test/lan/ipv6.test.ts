// Discovery by IPv6, between machines that are network namespaces.
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { announcedLinks, linkGroups } from '../../src/lan/link-socket.ts';
import { Cable } from '../support/namespaces.ts';
import { bundle, NodeProcess } from '../support/node-process.ts';
import type { ProgramOptions } from '../support/node-program.ts';

const impossible = Cable.impossible();
if (impossible !== undefined) process.stdout.write(`Skipped: links by IPv6 (${impossible})\n`);

const entry = (address: string, scopeid = 0, internal = false) => ({
  ...{ address, internal, netmask: '', mac: '', cidr: null },
  ...(address.includes(':') ? { family: 'IPv6' as const, scopeid } : { family: 'IPv4' as const }),
});

describe('the links on which a node announces itself', () => {
  const found = {
    lo: [entry('127.0.0.1', 0, true), entry('::1', 0, true)],
    eth0: [entry('10.0.0.1'), entry('fd00::1'), entry('fe80::1', 2)],
    eth1: [entry('fe80::1', 3)],
    eth2: [entry('10.0.1.1')],
  };
  const zones = process.platform === 'win32' ? ['2', '3'] : ['eth0', 'eth1'];
  it.each([
    ['::', [true, false]],
    ['fd00::1', [false]],
    [`fe80::1%${zones[1]!}`, [undefined, false]],
    ['::1', []],
    ['fd00::9', []],
  ])('A node at %s announces itself on the links that it is bound to', (bound, ipv4) => {
    const expected = ipv4.flatMap((hasIpv4, index) =>
      hasIpv4 === undefined ? [] : [{ zone: zones[index]!, hasIpv4 }],
    );
    expect(announcedLinks(bound, found)).toEqual(expected);
  });
});

describe.skipIf(impossible !== undefined)('between two machines by IPv6', () => {
  let program = '';
  beforeAll(async () => {
    program = await bundle('node-program.ts');
  });

  /** Two machines whose addresses are link-local, and those that are listed for each. */
  function connect(...addresses: readonly [string[], string[]]): Cable {
    const cable = new Cable();
    onTestFinished(() => cable[Symbol.dispose]());
    for (const side of [0, 1] as const)
      for (const address of [`fe80::${side + 1}/64`, ...addresses[side]])
        cable.address(side, address);
    return cable;
  }

  // The announcements of each period come too late.
  const period = 3_600_000;

  async function run(cable: Cable, side: 0 | 1, options: ProgramOptions): Promise<NodeProcess> {
    const node = new NodeProcess(program, { period, ...options }, cable.within(side));
    onTestFinished(() => node[Symbol.asyncDispose]());
    await node.waitFor('listens');
    return node;
  }

  it.each(['::', 'fe80::2%cable0'])(
    'Nodes with link-local addresses alone find each other, and each other’s files: one at %s',
    async (host) => {
      const cable = connect([], []);
      const a = await run(cable, 0, { host: '::', files: ['from-a'] });
      const b = await run(cable, 1, { host });
      await a.waitFor('peer', /^\[fe80::2%cable0\]:/);
      const { detail } = await b.waitFor('peer', /^\[fe80::1%cable0\]:/);
      expect((await b.ask('find from-a', 'found')).detail).toBe(detail);
      expect([...a.all('warning'), ...b.all('warning')]).toEqual([]);
    },
  );

  it('A node that is bound to another address of the link is found under this one', async () => {
    const cable = connect(['fd00::1/64'], ['fd00::2/64']);
    const a = await run(cable, 0, { host: '::', files: ['from-a'] });
    const b = await run(cable, 1, { host: 'fd00::2' });
    await a.waitFor('peer', /^\[fd00::2\]:/);
    const { detail } = await b.waitFor('peer', /^\[f/);
    expect((await b.ask('find from-a', 'found')).detail).toBe(detail);
  });

  it.each([0, 1] as const)(
    'A node without IPv4 and one with it find each other at once, whichever starts first',
    async (first) => {
      const cable = connect(['10.77.1.1/24'], []);
      const nodes = new Map<0 | 1, NodeProcess>();
      for (const side of [first, first === 0 ? 1 : 0] as const)
        nodes.set(side, await run(cable, side, { host: '::' }));
      await nodes.get(0)!.waitFor('peer', /^\[fe80::2%cable0\]:/);
      await nodes.get(1)!.waitFor('peer', /^\[fe80::1%cable0\]:/);
    },
  );

  it('Nodes that find each other by IPv4 are found only once', async () => {
    const cable = connect(['10.77.1.1/24'], ['10.77.1.2/24']);
    const a = await run(cable, 0, { host: '::', period: 100 });
    const b = await run(cable, 1, { host: '::', period: 100 });
    await a.waitFor('peer', /^10\.77\.1\.2:/);
    await b.waitFor('peer', /^10\.77\.1\.1:/);
    await expect.poll(() => cable.groups(0)).toContain(linkGroups.all);
    expect(cable.groups(0)).not.toContain(linkGroups.onlyIpv6);
    expect([...a.all('peer'), ...b.all('peer')].map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^10\.77\.1\.2:/),
      expect.stringMatching(/^10\.77\.1\.1:/),
    ]);
    // When the address goes, the node listens to the other group too.
    cable.removeAddress(0, '10.77.1.1/24');
    await expect.poll(() => cable.groups(0)).toContain(linkGroups.onlyIpv6);
  });
});
