// How datagrams of open and of sealed clusters are told apart.
import { describe, expect, it } from 'vitest';
import { datagramForm, encodeMessage } from '../src/index.ts';

const sealed = (length: number): Uint8Array => new Uint8Array(length).fill(1);

describe('the form of a datagram', () => {
  it.each([
    ['a DISCOVER', encodeMessage({ type: 'discover', addresses: [] }), 'open'],
    ['a Get', encodeMessage({ type: 'get', filename: 'a' }), 'open'],
    ['a File', encodeMessage({ type: 'file', method: 1, port: 1 }), 'open'],
    ['45 bytes that begin with 1', sealed(45), 'sealed'],
    ['44 bytes that begin with 1', sealed(44), undefined],
    ['45 bytes that begin with 2', sealed(45).fill(2), undefined],
    ['the beginning of a keyword', new TextEncoder().encode('DISCOVE'), undefined],
    ['nothing', new Uint8Array(), undefined],
  ])('%s is known by how it begins', (_what, bytes, form) => {
    expect(datagramForm(bytes)).toBe(form);
  });
});
