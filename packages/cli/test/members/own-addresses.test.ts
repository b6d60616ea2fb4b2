// The addresses of a node that a person is shown.
import { describe, expect, it } from 'vitest';
import { lanHost } from '../../src/config/lan-host.ts';
import { ownAddresses } from '../../src/members/own-addresses.ts';

const entry = (address: string, internal = false) => ({
  ...{ address, internal, netmask: '', mac: '', cidr: null },
  ...(address.includes(':')
    ? { family: 'IPv6' as const, scopeid: 17 }
    : { family: 'IPv4' as const }),
});

const found = {
  lo: [entry('127.0.0.1', true), entry('::1', true)],
  eth0: [entry('10.0.0.1'), entry('fd00::1'), entry('fe80::1')],
  eth1: [entry('fe80::1')],
};

describe('the addresses of a node', () => {
  it('A node that is bound to one address has this one', () => {
    expect(ownAddresses({ host: 'fe80::1%eth1', port: 9 }, found)).toEqual(['[fe80::1%eth1]:9']);
  });

  it('A node on all interfaces has each of their addresses that it can be reached at', () => {
    const own = (host: string) => ownAddresses({ host, port: 9 }, found, 'linux');
    expect(own('0.0.0.0')).toEqual(['10.0.0.1:9', '127.0.0.1:9']);
    expect(own('::')).toEqual([
      ...['10.0.0.1:9', '[fd00::1]:9'],
      ...['[fe80::1%eth1]:9', '127.0.0.1:9'],
    ]);
  });

  it('On Windows the zone of an address is the number of its interface, which it takes in commands', () => {
    expect(ownAddresses({ host: '::', port: 9 }, found, 'win32')).toContain('[fe80::1%17]:9');
  });

  it('`--lan` binds all addresses of both versions of IP where this machine has IPv6', () => {
    expect(lanHost(found)).toBe('::');
    expect(lanHost({ lo: [entry('127.0.0.1', true)] })).toBe('0.0.0.0');
  });
});
