// What a host is: its kind, and whether it is loopback, a wildcard or a single machine.
import { describe, expect, it } from 'vitest';
import {
  hostOf,
  ipVersion,
  isLoopback,
  isUnicast,
  isWildcard,
  normalHost,
  normalPeerAddress,
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
