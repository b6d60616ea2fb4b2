// Messages of version 1, and the first line of every message.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, type Message } from '../src/index.ts';
import { plainMessage } from './support/arbitraries.ts';
import { bytesOf, textOf } from './support/bytes.ts';
import { expectRoundTrip, failure } from './support/outcomes.ts';

describe('messages', () => {
  it('Every message of version 1 survives the wire', () => {
    fc.assert(fc.property(plainMessage, expectRoundTrip));
  });

  it.each<[string, Message]>([
    ['Get,a.txt', { type: 'get', filename: 'a.txt' }],
    ['DISCOVER', { type: 'discover', addresses: [] }],
    ['DISCOVER,127.0.0.1:1', { type: 'discover', addresses: ['127.0.0.1:1'] }],
    ['File,1,2', { type: 'file', method: 1, port: 2 }],
  ])('the line feed at the end of a datagram may be missing: %j', (text, message) => {
    expect(decodeMessage(bytesOf(text))).toEqual(message);
    expect(decodeMessage(bytesOf(`${text}\n`))).toEqual(message);
  });

  it.each<[string, Message]>([
    ['File, 1 ,\t65535\r\n', { type: 'file', method: 1, port: 65535 }],
    ['File,1,2,more\n', { type: 'file', method: 1, port: 2 }],
    ['File,0,0\n', { type: 'file', method: 0, port: 0 }],
    ['DISCOVER,, Node2:1 ,x,,\r\n', { type: 'discover', addresses: ['node2:1'] }],
    ['DISCOVER,[::ffff:127.0.0.1]:1\n', { type: 'discover', addresses: ['127.0.0.1:1'] }],
  ])(
    'blanks around a field are ignored, and addresses are read in their normal form: %j',
    (text, message) => {
      expect(decodeMessage(bytesOf(text))).toEqual(message);
    },
  );

  const blanks = ['\t', '\v', '\f', '\r', ' ', '\u0085', '\u00a0', '\u1680', '\u2003', '\u2028'];

  it.each([...blanks, '\u2029', '\u202f', '\u205f', '\u3000'])(
    'Datagrams lose %j at their ends, and never at the start of a name',
    (blank) => {
      const filename = `${blank}a${blank}b`;
      expect(decodeMessage(bytesOf(`Get,${filename}${blank}${blank}\n`))).toEqual({
        type: 'get',
        filename,
      });
      expect(decodeMessage(bytesOf(`${blank}\n${blank}Get,a${blank}\n${blank}\n`))).toEqual({
        type: 'get',
        filename: 'a',
      });
      expectRoundTrip({ type: 'get', filename });
    },
  );

  it.each(['\ufeff', '\u200b', '\u180e', '\u2060', '\u0000'])(
    'Datagrams keep %j anywhere in a name: the original does not trim it',
    (character) => {
      expectRoundTrip({ type: 'get', filename: `${character}a${character}` });
    },
  );

  it('A Get for a name with a leading blank does not ask for the name without it', () => {
    expect(decodeMessage(bytesOf('Get, both.txt\n'))).toEqual({
      type: 'get',
      filename: ' both.txt',
    });
    expect(decodeMessage(bytesOf('Get, a b.txt\t\r\n'))).toEqual({
      type: 'get',
      filename: ' a b.txt',
    });
    expect(decodeMessage(bytesOf('Get,a\r,b\n'))).toEqual({ type: 'get', filename: 'a\r,b' });
    expect(textOf(encodeMessage({ type: 'get', filename: ' both.txt' }))).toBe('Get, both.txt\n');
  });

  it('Datagrams keep a blank at the end of a name if a second line follows, as the original does', () => {
    const bits = '00f1e2d3c4b5a697';
    expect(decodeMessage(bytesOf(`Get,a \n{"v":2,"req":"${bits}"}\n`))).toEqual({
      type: 'get',
      filename: 'a ',
      extension: { v: 2, req: bits },
    });
    expect(decodeMessage(bytesOf('Get,a\n \n\n'))).toEqual({ type: 'get', filename: 'a' });
  });

  it.each([
    '',
    '\n',
    ' \n\u3000\n',
    'discover,\n',
    ', Get,a\n',
    '\ufeffGet,a\n',
    'GetX,a\n',
    'File\n',
    'File,1\n',
    'File,,1\n',
    'File,1,65536\n',
    'File,x,1\n',
    'File,1x,1\n',
    'File,1,x1\n',
    'File,1,-1\n',
    'File,1,1.5\n',
    'File,1234567890123456,1\n',
  ])('The datagram %j is refused', (text) => {
    expect(() => decodeMessage(bytesOf(text))).toThrow(failure('malformed-message', 'got "'));
  });

  it.each(['Get', 'Get\n', 'Get,', 'Get,\n', 'Get, \t\n'])(
    'The datagram %j, a Get without a name, is refused',
    (text) => {
      expect(() => decodeMessage(bytesOf(text))).toThrow(
        failure('malformed-message', 'expected Get,filename, got a Get without a name'),
      );
    },
  );

  it('A datagram that is not UTF-8 is refused', () => {
    const bytes = Uint8Array.of(...bytesOf('Get,'), 0xff);
    expect(() => decodeMessage(bytes)).toThrow(failure('malformed-message', 'UTF-8'));
  });

  it('An error quotes no control characters, and cuts what it quotes', () => {
    expect(() => decodeMessage(bytesOf('\u001b[2Jhello'))).toThrow('got "\\u{1b}[2Jhello"');
    expect(() => decodeMessage(bytesOf('x'.repeat(61)))).toThrow(`got "${'x'.repeat(60)}…"`);
    expect(() => decodeMessage(bytesOf('x'.repeat(60)))).toThrow(`got "${'x'.repeat(60)}"`);
    expect(() => decodeMessage(bytesOf('File,a,b'))).toThrow('got "File,a,b"');
    expect(() => decodeMessage(bytesOf('File'))).toThrow('expected File,1,port, got "File,"');
  });
});

describe('what version 1 cannot carry', () => {
  it.each([
    ['', 'that is empty'],
    ['a,b', 'with a comma'],
    ['a\nb', 'with a line feed'],
    ['a ', 'that ends in a blank'],
    [' a\t', 'that ends in a blank'],
    ['a\u0085', 'that ends in a blank'],
    ['a\r', 'that ends in a blank'],
    [' ', 'that ends in a blank'],
    ['\ud800', 'that is not well-formed'],
  ])('A Get of version 1 for the name %j is not encoded', (filename, fault) => {
    expect(() => encodeMessage({ type: 'get', filename })).toThrow(failure('not-encodable', fault));
  });

  it.each([
    { method: 1, port: 65536 },
    { method: 1, port: -1 },
    { method: -1, port: 1 },
    { method: 1.5, port: 1 },
    { method: 1, port: 0.5 },
    { method: 1e15, port: 1 },
    { method: 2 ** 53, port: 1 },
    { method: Number.NaN, port: 1 },
  ])('A File with %j is not encoded', (fields) => {
    expect(() => encodeMessage({ type: 'file', ...fields })).toThrow(
      failure('not-encodable', `got ${fields.method} and ${fields.port}`),
    );
  });

  it.each(['here', '', '127.0.0.1:0', '127.0.0.1:1,127.0.0.2:2', '127.0.0.1:1\n'])(
    'A DISCOVER with the address %j is not encoded',
    (bad) => {
      expect(() => encodeMessage({ type: 'discover', addresses: ['127.0.0.1:1', bad] })).toThrow(
        failure('not-encodable', 'expected an address as host:port'),
      );
    },
  );

  it('A DISCOVER with a hole in its list is not encoded', () => {
    const addresses = ['127.0.0.1:1'];
    addresses.length = 2;
    expect(() => encodeMessage({ type: 'discover', addresses })).toThrow(
      failure('not-encodable', 'got undefined'),
    );
  });

  it('A datagram of more than 16384 bytes is not encoded', () => {
    const name = 'a'.repeat(16_384 - 'Get,\n'.length);
    expect(encodeMessage({ type: 'get', filename: name })).toHaveLength(16_384);
    expect(() => encodeMessage({ type: 'get', filename: `${name}a` })).toThrow(
      failure('not-encodable', 'at most 16384 bytes, got 16385'),
    );
  });
});

describe('a DISCOVER', () => {
  it('A DISCOVER lists addresses in their normal form', () => {
    const addresses = ['Node2:1378', '[0:0::1]:1', '[::ffff:127.0.0.1]:2'];
    expect(textOf(encodeMessage({ type: 'discover', addresses }))).toBe(
      'DISCOVER,node2:1378,[::1]:1,127.0.0.1:2\n',
    );
  });

  it('A DISCOVER that was cut on its way has no wrong last address', () => {
    const addresses = Array.from({ length: 200 }, (_, i) => `127.0.0.${i % 250}:${10_000 + i}`);
    const whole = encodeMessage({ type: 'discover', addresses });
    for (let size = 2048; size < 2100; size += 1) {
      const decoded = decodeMessage(whole.subarray(0, size));
      const known = textOf(whole.subarray(0, size)).split(',').slice(1, -1);
      expect(decoded).toEqual({ type: 'discover', addresses: known });
      expect(addresses.slice(0, known.length)).toEqual(known);
    }
  });

  it('A DISCOVER of 2047 bytes was not cut, nor was one that has its line feed', () => {
    const last = '127.0.0.1:1378';
    const filled = (size: number, end: string): Uint8Array =>
      bytesOf(`DISCOVER,${'x'.repeat(size - `DISCOVER,,${last}${end}`.length)},${last}${end}`);
    const decoded = (size: number, end: string): Message => decodeMessage(filled(size, end));
    expect(filled(2047, '')).toHaveLength(2047);
    expect(decoded(2047, '')).toEqual({ type: 'discover', addresses: [last] });
    expect(decoded(2048, '')).toEqual({ type: 'discover', addresses: [] });
    expect(decoded(2048, '\n')).toEqual({ type: 'discover', addresses: [last] });
    expect(decoded(4096, '\n')).toEqual({ type: 'discover', addresses: [last] });
  });
});
