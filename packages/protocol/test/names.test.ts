import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseName,
  checkFileName,
  formatPeerAddress,
  normalPeerAddress,
  parsePeerAddress,
  ProtocolError,
  visibleText,
} from '../src/index.ts';

describe('addresses', () => {
  it.each([
    ['127.0.0.1:1378', { host: '127.0.0.1', port: 1378 }, '127.0.0.1:1378'],
    ['[::1]:1', { host: '::1', port: 1 }, '[::1]:1'],
    ['[2001:DB8:0:0:0:0:0:1]:65535', { host: '2001:db8::1', port: 65535 }, '[2001:db8::1]:65535'],
    ['[::ffff:127.0.0.9]:1378', { host: '127.0.0.9', port: 1378 }, '127.0.0.9:1378'],
    ['Node2:1378', { host: 'node2', port: 1378 }, 'node2:1378'],
    ['my_node.local:1378', { host: 'my_node.local', port: 1378 }, 'my_node.local:1378'],
  ])('%s', (text, address, normal) => {
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
    '[fe80::1%eth0]:1',
  ])('refuses %j', (text) => {
    expect(() => parsePeerAddress(text)).toThrow(expect.objectContaining({ code: 'bad-address' }));
    expect(normalPeerAddress(text)).toBeUndefined();
  });

  it('have one normal form', () => {
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

describe('file names', () => {
  it.each([
    'a',
    'résumé.pdf',
    'a,b: c.txt',
    '…',
    '🦊.png',
    '.hidden',
    'console.log',
    'com10',
    'a'.repeat(255),
  ])('may be %j', (name) => expect(checkFileName(name)).toBe(name));

  it.each([
    '',
    '.',
    '..',
    'a/b',
    '../a',
    '/a',
    'a\\b',
    'a\u0000b',
    'a\nb',
    '\u001b[2J',
    '\u0085',
    '\ud800',
    'con',
    'NUL.txt',
    'Com1',
    'lpt9.tar.gz',
    'aux ',
    'com¹',
    'conin$',
    'a'.repeat(256),
    'é'.repeat(128),
  ])('may not be %j', (name) => {
    expect(() => checkFileName(name)).toThrow(expect.objectContaining({ code: 'bad-file-name' }));
  });

  it('are asked for by their base name', () => {
    expect(baseName('../hello.txt')).toBe('hello.txt');
    expect(baseName('/etc/passwd')).toBe('passwd');
    expect(baseName('hello.txt')).toBe('hello.txt');
  });
});

describe('visibleText', () => {
  it('shows what a terminal would obey or hide', () => {
    expect(visibleText('a\u001b[31mb\n\r\t\u202ec\u200bd\u{e0041}\ud800')).toBe(
      'a\\u{1b}[31mb\\n\\r\\t\\u{202e}c\\u{200b}d\\u{e0041}\\u{d800}',
    );
  });

  it('leaves everyday text as it is', () => {
    expect(visibleText('résumé – 履歴書 🦊.pdf')).toBe('résumé – 履歴書 🦊.pdf');
  });
});

describe('ProtocolError', () => {
  it('is known by its brand, so also across two copies of the package', () => {
    expect(ProtocolError.is(new ProtocolError('bad-address', 'no'))).toBe(true);
    expect(ProtocolError.is(new Error('no'))).toBe(false);
    expect(ProtocolError.is('no')).toBe(false);
  });
});
