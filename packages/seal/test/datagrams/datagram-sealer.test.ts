import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatagramSealer, maxSealed } from '../../src/datagrams/datagram-sealer.ts';
import { deriveSenderKey } from '../../src/datagrams/sender-key.ts';
import { ClusterKey } from '../../src/index.ts';

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

describe('The key of a sender', () => {
  it('is what HKDF-SHA-256 of node:crypto derives', () => {
    fc.assert(
      fc.property(bytes(32), bytes(16), (secret, salt) => {
        const key = new ClusterKey(secret);
        const expected = hkdfSync('sha256', key.datagramKey, salt, 'peerlane 1 sender', 32);
        expect(deriveSenderKey(key, salt)).toEqual(Buffer.from(expected));
      }),
    );
  });
});

describe('A sealer', () => {
  it('seals nothing after its last counter', () => {
    const sealer = new DatagramSealer(ClusterKey.generate(), new Uint8Array(16), maxSealed - 1);
    expect(sealer.isUsedUp).toBe(false);
    expect(sealer.seal(Buffer.from('a')).toString('hex', 21, 29)).toBe('00000000ffffffff');
    expect(sealer.isUsedUp).toBe(true);
    expect(() => sealer.seal(Buffer.from('a'))).toThrow(RangeError);
  });
});
