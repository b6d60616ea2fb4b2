// The examples of docs/protocol.md, "Sealed clusters", are test vectors; their form is described there.
import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deriveSenderKey } from '../src/datagrams/sender-key.ts';
import { ClusterKey, Keyring, SealError, SealedDatagrams } from '../src/index.ts';

type Vector = Readonly<Record<string, unknown>>;

const document = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
const vectors = [...document.matchAll(/^```jsonl sealed\n(.*?)^```$/gms)]
  .flatMap(([, block]) => block!.trimEnd().split('\n'))
  .map((line) => [line, JSON.parse(line) as Vector] as const);

/** The key of the vectors of datagrams. */
const key = new ClusterKey(Uint8Array.from({ length: 32 }, (_, index) => index));

const bytesOf = (hex: unknown): Uint8Array => Buffer.from(hex as string, 'hex');
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function opened(sealed: Uint8Array, receiver = new SealedDatagrams(new Keyring([key]))): string {
  const outcome = receiver.open(sealed);
  return typeof outcome === 'string' ? outcome : `opened ${Buffer.from(outcome).toString()}`;
}

/** A datagram sealed as the document says, by nothing of this package but the sender's key. */
function sealedWith(counter: number): Uint8Array {
  const salt = new Uint8Array(16);
  const counterBytes = Buffer.alloc(8);
  counterBytes.writeBigUInt64BE(BigInt(counter));
  const head = Buffer.concat([Buffer.of(1), bytesOf(key.id), salt, counterBytes]);
  const nonce = Buffer.concat([Buffer.alloc(4), counterBytes]);
  const cipher = createCipheriv('aes-256-gcm', deriveSenderKey(key, salt), nonce);
  cipher.setAAD(head);
  return Buffer.concat([head, cipher.update('a'), cipher.final(), cipher.getAuthTag()]);
}

/** Checks what a vector says. Each key is one that is known, or the vector would check nothing. */
const checks: Readonly<Record<string, (vector: Vector) => void>> = {
  'connectionKey,datagramKey,id,key'(vector) {
    const read = ClusterKey.parse(vector.key as string);
    expect(read.id).toBe(vector.id);
    expect(hexOf(read.datagramKey)).toBe(vector.datagramKey);
    expect(hexOf(read.connectionKey)).toBe(vector.connectionKey);
    expect(read.reveal()).toBe(vector.key);
  },
  'key,refused'(vector) {
    const parse = (): ClusterKey => ClusterKey.parse(vector.key as string);
    expect(parse).toThrow(SealError);
    expect(parse).toThrow(expect.objectContaining({ code: vector.refused }));
  },
  'salt,senderKey'({ salt, senderKey }) {
    expect(hexOf(deriveSenderKey(key, bytesOf(salt)))).toBe(senderKey);
  },
  'salt,sealed,seals'({ seals, salt, sealed }) {
    const sender = new SealedDatagrams(new Keyring([key]), { random: () => bytesOf(salt) });
    expect(hexOf(sender.seal(Buffer.from(seals as string)))).toBe(sealed);
    expect(opened(bytesOf(sealed))).toBe(`opened ${seals as string}`);
  },
  'opens,sealed'({ opens, sealed }) {
    expect(opened(bytesOf(sealed))).toBe(`opened ${opens as string}`);
  },
  'fault,sealed'({ fault, sealed }) {
    expect(opened(bytesOf(sealed))).toBe(fault);
  },
  'counters,opened'({ counters, opened: expected }) {
    const receiver = new SealedDatagrams(new Keyring([key]));
    const outcomes = (counters as number[]).map((counter) => opened(sealedWith(counter), receiver));
    expect(outcomes).toEqual(
      (expected as boolean[]).map((isOpened) => (isOpened ? 'opened a' : 'replayed')),
    );
  },
};

const kindOf = (vector: Vector): string => Object.keys(vector).toSorted().join(',');

describe('docs/protocol.md', () => {
  it('docs/protocol.md has examples of all that a sealed cluster consists of', () => {
    const kinds = new Set(vectors.map(([, vector]) => kindOf(vector)));
    expect([...kinds].toSorted()).toEqual(Object.keys(checks).toSorted());
  });

  it.each(vectors)('The example is right: %s', (_, vector) => {
    checks[kindOf(vector)]!(vector);
  });

  it('docs/protocol.md has every section that a docstring names', () => {
    const titles = [...document.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(expect.arrayContaining(['Sealed clusters', 'Sealed datagrams']));
  });
});
