// Addresses, file names and text from the network, and the error that refuses them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseName,
  checkFilename,
  formatPeerAddress,
  normalPeerAddress,
  parsePeerAddress,
  ProtocolError,
  visibleText,
} from '../src/index.ts';
import { failure } from './support/outcomes.ts';

describe('addresses', () => {
  it.each([
    ['127.0.0.1:1378', { host: '127.0.0.1', port: 1378 }, '127.0.0.1:1378'],
    ['[::1]:1', { host: '::1', port: 1 }, '[::1]:1'],
    ['[2001:DB8:0:0:0:0:0:1]:65535', { host: '2001:db8::1', port: 65535 }, '[2001:db8::1]:65535'],
    ['[::ffff:127.0.0.9]:1378', { host: '127.0.0.9', port: 1378 }, '127.0.0.9:1378'],
    ['Node2:1378', { host: 'node2', port: 1378 }, 'node2:1378'],
    ['[::ffff:c0ff:ee]:1', { host: '192.255.0.238', port: 1 }, '192.255.0.238:1'],
    ['[1::ffff:7f00:1]:1', { host: '1::ffff:7f00:1', port: 1 }, '[1::ffff:7f00:1]:1'],
    ['[::ffff:1:2:3]:1', { host: '::ffff:1:2:3', port: 1 }, '[::ffff:1:2:3]:1'],
    ['my_node.local:1378', { host: 'my_node.local', port: 1378 }, 'my_node.local:1378'],
    ['a:1', { host: 'a', port: 1 }, 'a:1'],
    ['1.2.3.x4:1', { host: '1.2.3.x4', port: 1 }, '1.2.3.x4:1'],
    ['1.2.3.4x:1', { host: '1.2.3.4x', port: 1 }, '1.2.3.4x:1'],
  ])('The address %s is read and written in its normal form', (text, address, normal) => {
    expect(parsePeerAddress(text)).toEqual(address);
    expect(formatPeerAddress(address)).toBe(normal);
    expect(normalPeerAddress(text)).toBe(normal);
  });

  it.each([
    '',
    ':',
    'a',
    'a:',
    ':1',
    'a:0',
    'a:65536',
    'a:01',
    'a:1x',
    'a: 1',
    '1.2.3:1',
    '1/2/3/4:1',
    '1.2.3.256:1',
    '01.2.3.4:1',
    '1.2.3.4.5:1',
    '::1:1',
    '[::1:1',
    '[::1]1',
    '[::1]:',
    '[]:1',
    '[::g]:1',
    '[1]:1',
    '-a:1',
    'a-:1',
    'a..b:1',
    'a b:1',
    'a/b:1',
    `${'a'.repeat(64)}:1`,
    `${'a.'.repeat(127)}a:1`,
    'ä:1',
    '[fe80::1%]:1',
    '[fe80::1%a b]:1',
    '[fe80::1%eth0%1]:1',
    '[::1%lo]:1',
    '[fd00::1%eth0]:1',
    'node2%eth0:1',
    'fe80::1%eth0:1',
    '[::1]x:1',
    'x[::1]:1',
    '[::1/]:1',
    '[::1]@[::2]:1',
    'a.1:1',
  ])('The text %j is not an address', (text) => {
    expect(() => parsePeerAddress(text)).toThrow(
      failure('bad-address', 'expected an address as host:port, such as 127.0.0.1:1378 or [::1]:1'),
    );
    expect(normalPeerAddress(text)).toBeUndefined();
  });

  it.each([
    { host: 'a b', port: 1 },
    { host: '', port: 1 },
    { host: 'a', port: 0 },
    { host: 'a', port: 65_536 },
    { host: 'a', port: 1.5 },
    { host: '::g', port: 1 },
  ])('The address %j is not written', (bad) => {
    expect(() => formatPeerAddress(bad)).toThrow(failure('bad-address'));
  });

  it('A host name has at most 253 characters, in labels of at most 63', () => {
    const longest = `${`${'a'.repeat(62)}.`.repeat(4)}b`;
    expect(longest).toHaveLength(253);
    expect(normalPeerAddress(`${longest}:1`)).toBe(`${longest}:1`);
    expect(normalPeerAddress(`${longest}c:1`)).toBeUndefined();
    expect(normalPeerAddress(`${'a'.repeat(63)}:1`)).toBeDefined();
  });

  it('An address has one normal form', () => {
    const host = fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((ip) => `[${ip}]`),
      fc.domain(),
    );
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65535 }), (name, port) => {
        const normal = normalPeerAddress(`${name}:${port}`);
        if (normal === undefined) return;
        expect(normalPeerAddress(normal)).toBe(normal);
        expect(formatPeerAddress(parsePeerAddress(normal))).toBe(normal);
      }),
    );
  });
});

describe('IPv6 addresses', () => {
  /** What the URL standard makes of one, where it is not an IPv4-mapped one. */
  function asUrl(ip: string): string | undefined {
    try {
      return new URL(`http://[${ip}]`).hostname.slice(1, -1);
    } catch {
      return undefined;
    }
  }
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

  function expectSame(ip: string): void {
    const [, high, low] = mapped.exec(asUrl(ip) ?? '') ?? [];
    const normal = normalPeerAddress(`[${ip}]:1`);
    if (high === undefined || low === undefined) {
      expect(normal).toBe(asUrl(ip) && `[${asUrl(ip)!}]:1`);
      return;
    }
    const [a, b] = [parseInt(high, 16), parseInt(low, 16)];
    expect(normal).toBe(`${a >> 8}.${a & 255}.${b >> 8}.${b & 255}:1`);
  }

  const group = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('0', '0', '00', '0000', '1', 'ffff', 'FfFf', '0a') },
    fc.constantFrom(
      '',
      ':',
      'g',
      '12345',
      '1.2.3.4',
      '255.0.0.255',
      '01.2.3.4',
      '1.2.3',
      '256.1.1.1',
    ),
  );

  it('An IPv6 address is read and written as the URL standard does it', () => {
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 1, maxLength: 9 }).map((groups) => groups.join(':')),
        expectSame,
      ),
      { numRuns: 5000 },
    );
    fc.assert(fc.property(fc.ipV6(), expectSame), { numRuns: 1000 });
    const characters = fc.constantFrom('0', '1', ':', ':', '.', 'f', 'F', '9', 'G', ' ', '%', '[');
    fc.assert(
      fc.property(fc.string({ unit: characters, minLength: 1, maxLength: 12 }), expectSame),
      { numRuns: 5000 },
    );
  });

  it.each([
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8::',
    '1::2::3',
  ])('Two colons in an IPv6 address stand for at least one group: %s', expectSame);
});

describe('file names', () => {
  it.each([
    'a',
    'résumé.pdf',
    'a,b: c.txt',
    '…',
    '🦊.png',
    '.hidden',
    'console.log',
    'falcon',
    'falcon.txt',
    'com10',
    'con x',
    'a'.repeat(255),
  ])('A file may have the name %j', (name) => expect(checkFilename(name)).toBe(name));

  it.each([
    ['', 'must not be empty'],
    ['.', 'must not name a folder'],
    ['..', 'must not name a folder'],
    ['a/b', 'must not hold a separator'],
    ['../a', 'must not hold a separator'],
    ['/a', 'must not hold a separator'],
    ['a\\b', 'must not hold a separator'],
    ['a\u0000b', 'must not hold control characters'],
    ['a\nb', 'must not hold control characters'],
    ['\u001b[2J', 'must not hold control characters'],
    ['\u0085', 'must not hold control characters'],
    ['\ud800', 'must be well-formed Unicode'],
    ['con', 'must not be a device name of Windows'],
    ['NUL.txt', 'must not be a device name of Windows'],
    ['Com1', 'must not be a device name of Windows'],
    ['lpt9.tar.gz', 'must not be a device name of Windows'],
    ['aux ', 'must not be a device name of Windows'],
    ['prn .txt', 'must not be a device name of Windows'],
    ['com¹', 'must not be a device name of Windows'],
    ['conin$', 'must not be a device name of Windows'],
    ['a'.repeat(256), 'must be at most 255 bytes'],
    ['é'.repeat(128), 'must be at most 255 bytes'],
  ])('A file may not have the name %j', (name, reason) => {
    expect(() => checkFilename(name)).toThrow(failure('bad-filename', `a file name ${reason}`));
  });

  it('A requested path stands for its base name', () => {
    expect(baseName('../hello.txt')).toBe('hello.txt');
    expect(baseName('/etc/passwd')).toBe('passwd');
    expect(baseName('hello.txt')).toBe('hello.txt');
  });
});

describe('visibleText', () => {
  it('Characters that a terminal obeys or hides become visible', () => {
    expect(visibleText('a\u001b[31mb\n\r\t\u202ec\u200bd\u{e0041}\ud800')).toBe(
      'a\\u{1b}[31mb\\n\\r\\t\\u{202e}c\\u{200b}d\\u{e0041}\\u{d800}',
    );
  });

  it('Everyday text stays as it is', () => {
    expect(visibleText('résumé – 履歴書 🦊.pdf')).toBe('résumé – 履歴書 🦊.pdf');
  });
});

describe('ProtocolError', () => {
  it('An error of another copy of the package is recognised by its brand', () => {
    expect(ProtocolError.is(new ProtocolError('bad-address', 'no'))).toBe(true);
    expect(ProtocolError.is(new Error('no'))).toBe(false);
    expect(ProtocolError.is('no')).toBe(false);
    // The brand alone makes it, under the name that every version of the package uses.
    const foreign = Object.assign(new Error('no'), {
      [Symbol.for('@peerlane/protocol/ProtocolError')]: true,
    });
    expect(ProtocolError.is(foreign)).toBe(true);
  });

  it('An error keeps its cause', () => {
    const cause = new Error('why');
    expect(new ProtocolError('bad-header', 'no', { cause })).toMatchObject({ cause });
  });
});
