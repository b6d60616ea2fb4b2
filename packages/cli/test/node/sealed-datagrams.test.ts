import { ClusterKey, Keyring, SealedDatagrams } from '@peerlane/seal';
import type { DatagramSeal } from '@peerlane/udp-node';
import { describe, expect, it } from 'vitest';

describe('Sealed datagrams', () => {
  it('have the shape that a UDP node asks for', () => {
    const seal: DatagramSeal = new SealedDatagrams(new Keyring([ClusterKey.generate()]));
    expect(seal.open(seal.seal(Buffer.from('a')))).toEqual(Buffer.from('a'));
  });
});
