// What a host is: its kind, and whether it is loopback, a wildcard or a single machine.
import { describe, expect, it } from 'vitest';
import {
  encodeMessage,
  formatPeerAddress,
  hostOf,
  ipVersion,
  isLinkLocal,
  isLoopback,
  isUnicast,
  isWildcard,
  normalHost,
  normalLocalHost,
  normalPeerAddress,
  parsePeerAddress,
  decodeMessage,
  withoutZone,
  zoneOf,
} from '../src/index.ts';

describe('a host', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', 4],
    ['255.255.255.255', '255.255.255.255', 4],
    ['::1', '::1', 6],
    ['0:0::1', '::1', 6],
    ['FE80::1', 'fe80::1', 6],
    ['::ffff:127.0.0.1', '127.0.0.1', 4],
    ['Node2', 'node2', undefined],
    ['127.example', '127.example', undefined],
    ['1.2.3.4x', '1.2.3.4x', undefined],
    ['localhost', 'localhost', undefined],
  ])('The host %j has the normal form %j and the IP version %j', (text, normal, version) => {
    expect(normalHost(text)).toBe(normal);
    expect(ipVersion(normal)).toBe(version);
  });

  it.each([
    ...['', ':', '::g', 'fe80::1%1', '[::1]', '[node2]'],
    ...['1.2.3', '1.2.3.256', '01.2.3.4', 'a b'],
  ])('The text %j is not a host', (text) => expect(normalHost(text)).toBeUndefined());

  it.each([
    ['127.0.0.1:1378', '127.0.0.1'],
    ['[::1]:1378', '::1'],
    ['node2:1378', 'node2'],
  ])('The host of the address %s is %s', (address, host) => {
    expect(normalPeerAddress(address)).toBe(address);
    expect(hostOf(address)).toBe(host);
  });
});

describe('loopback', () => {
  it.each(['127.0.0.1', '127.255.255.255', '::1', 'localhost'])('The host %s is loopback', (host) =>
    expect(isLoopback(host)).toBe(true),
  );

  it.each(['126.0.0.1', '128.0.0.1', '::', '::2', '0.0.0.0', 'node2'])(
    'The host %s is not loopback',
    (host) => expect(isLoopback(host)).toBe(false),
  );

  it.each(['127.evil.example', '127.0.0.1.example', 'localhost.example'])(
    'The name %s, which only begins like loopback, is not loopback',
    (host) => expect(isLoopback(host)).toBe(false),
  );
});

describe('a wildcard', () => {
  it.each(['0.0.0.0', '::'])('The host %s is a wildcard', (host) =>
    expect(isWildcard(host)).toBe(true),
  );

  it.each(['0.0.0.1', '127.0.0.1', '::1', 'node2'])('The host %s is not a wildcard', (host) =>
    expect(isWildcard(host)).toBe(false),
  );
});

describe('the address of a single machine', () => {
  it.each(['1.2.3.4', '223.255.255.255', '192.168.1.255', '::1', 'ff::1', 'fe80::1', '240.0.0.1'])(
    'The address %s can be that of a single machine',
    (host) => expect(isUnicast(host)).toBe(true),
  );

  it.each([
    ...['0.0.0.0', '0.1.2.3', '224.0.0.1', '239.255.255.255', '255.255.255.255'],
    ...['::', 'ff02::1', 'ffff::', 'node2'],
  ])('The host %s cannot be a single machine', (host) => expect(isUnicast(host)).toBe(false));
});

describe('a link-local address', () => {
  it.each([
    ['fe80::1', true],
    ['febf:ffff::1', true],
    ['fe80::1%eth0', true],
    ['fec0::1', false],
    ['fe7f::1', false],
    ['fe8::1', false],
    ['fd00::1', false],
    ['169.254.1.1', false],
    ['fe80.example', false],
  ])('%s: %s', (host, linkLocal) => {
    expect(isLinkLocal(host)).toBe(linkLocal);
  });

  it('A link-local address keeps its zone on this machine', () => {
    expect(normalLocalHost('FE80:0::1%eth0.7')).toBe('fe80::1%eth0.7');
    expect(normalLocalHost('FE80:0::1')).toBe('fe80::1');
    expect(normalLocalHost('Node2')).toBe('node2');
    expect(parsePeerAddress('[FE80::1%12]:9')).toEqual({ host: 'fe80::1%12', port: 9 });
    expect(formatPeerAddress({ host: 'fe80::1%eth0', port: 9 })).toBe('[fe80::1%eth0]:9');
    expect(hostOf('[fe80::1%eth0]:9')).toBe('fe80::1%eth0');
    expect([zoneOf('fe80::1%eth0'), zoneOf('fe80::1')]).toEqual(['eth0', undefined]);
    expect(['fe80::1%eth0', 'node2'].map(withoutZone)).toEqual(['fe80::1', 'node2']);
  });

  it('No message carries a zone', () => {
    const address = '[fe80::1%eth0]:9';
    expect(normalPeerAddress(address)).toBeUndefined();
    expect(() => encodeMessage({ type: 'discover', addresses: [address] })).toThrow(
      expect.objectContaining({ code: 'not-encodable' }),
    );
    const datagram = new TextEncoder().encode(`DISCOVER,${address},[fe80::2]:9\n`);
    expect(decodeMessage(datagram)).toEqual({ type: 'discover', addresses: ['[fe80::2]:9'] });
  });
});
