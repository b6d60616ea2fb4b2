import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxSenders } from '../../src/datagrams/sender-table.ts';
import { windowWidth } from '../../src/datagrams/replay-window.ts';
import { ClusterKey, Keyring, SealedDatagrams } from '../../src/index.ts';

const keys = [1, 2, 3].map((byte) => new ClusterKey(new Uint8Array(32).fill(byte)));
const [first, second, third] = keys as [ClusterKey, ClusterKey, ClusterKey];
const node = (...ring: ClusterKey[]): SealedDatagrams => new SealedDatagrams(new Keyring(ring));

const anyBytes = fc.oneof(fc.uint8Array(), fc.uint8Array({ minLength: 1000, maxLength: 1400 }));
const hello = Buffer.from('Get,hello.txt\n');

describe('Sealed datagrams', () => {
  it('are opened as they were, 45 bytes shorter, and leave what was given alone', () => {
    const [sender, receiver] = [node(first), node(first)];
    expect(sender.overhead).toBe(45);
    fc.assert(
      fc.property(anyBytes, (datagram) => {
        const before = Uint8Array.from(datagram);
        const sealed = sender.seal(datagram);
        const sent = Uint8Array.from(sealed);
        expect(sealed).toHaveLength(datagram.length + 45);
        const opened = receiver.open(sealed);
        expect(Uint8Array.from(opened as Uint8Array)).toEqual(before);
        expect(datagram).toEqual(before);
        expect(Uint8Array.from(sealed)).toEqual(sent);
      }),
    );
  });

  it('are opened where they stand in the middle of a larger buffer', () => {
    const sealed = node(first).seal(hello);
    const around = new Uint8Array(sealed.length + 20);
    around.set(sealed, 7);
    expect(node(first).open(around.subarray(7, 7 + sealed.length))).toEqual(hello);
  });

  it('have other bytes each time', () => {
    const [one, another] = [node(first), node(first)];
    const sealed = [one.seal(hello), one.seal(hello), another.seal(hello)];
    expect(new Set(sealed.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(3);
  });

  it('are never opened with a byte changed, and open unchanged afterwards', () => {
    const sealed = node(first).seal(hello);
    const receiver = node(first);
    fc.assert(
      fc.property(
        fc.nat({ max: sealed.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const changed = Uint8Array.from(sealed);
          changed[at]! ^= change;
          const expected = at === 0 ? 'not-sealed' : at < 5 ? 'other-key' : 'forged';
          expect(receiver.open(changed)).toBe(expected);
        },
      ),
      { numRuns: 1000 },
    );
    expect(receiver.open(sealed)).toEqual(hello);
  });

  it('are never opened cut at any length, or with more at their end', () => {
    const sender = node(first);
    const receiver = node(first);
    expect(receiver.open(sender.seal(hello))).toEqual(hello);
    const sealed = sender.seal(hello);
    for (let length = 0; length < sealed.length; length += 1)
      expect(receiver.open(sealed.subarray(0, length))).toBe(length < 5 ? 'not-sealed' : 'forged');
    expect(receiver.open(Buffer.concat([sealed, Buffer.of(0)]))).toBe('forged');
    expect(receiver.open(sealed)).toEqual(hello);
  });

  it('are told apart from any other bytes without throwing', () => {
    const receiver = node(first);
    const ahead = [[], [1], [1, ...Buffer.from(first.id, 'hex')]].map((bytes) =>
      Uint8Array.from(bytes),
    );
    fc.assert(
      fc.property(fc.constantFrom(...ahead), anyBytes, (start, rest) => {
        expect(receiver.open(Buffer.concat([start, rest]))).toBeTypeOf('string');
      }),
      { numRuns: 1000 },
    );
  });

  it('of another key are refused by its id, and by the tag if the id is copied', () => {
    const sealed = Buffer.from(node(second).seal(hello));
    expect(node(first, third).open(sealed)).toBe('other-key');
    sealed.write(first.id, 1, 'hex');
    expect(node(first, third).open(sealed)).toBe('forged');
  });

  it('of an open cluster are not sealed', () => {
    expect(node(first).open(hello)).toBe('not-sealed');
    expect(node(first).open(new Uint8Array())).toBe('not-sealed');
  });
});

describe('A replay', () => {
  it('is never opened, in whatever order datagrams come', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...Array(100).keys()], { minLength: 100 }),
        fc.array(fc.nat({ max: 99 })),
        (order, again) => {
          const [sender, receiver] = [node(first), node(first)];
          const sealed = order.map((index) => sender.seal(Buffer.of(index)));
          for (const index of order)
            expect(receiver.open(sealed[index]!)).toEqual(Buffer.of(order[index]!));
          for (const index of again) expect(receiver.open(sealed[index]!)).toBe('replayed');
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is what a datagram older than the window counts as, though it never came', () => {
    const [sender, receiver] = [node(first), node(first)];
    const [lost, late] = [sender.seal(hello), sender.seal(hello)];
    for (let count = 2; count < windowWidth; count += 1) sender.seal(hello);
    expect(receiver.open(sender.seal(hello))).toEqual(hello);
    expect(receiver.open(lost)).toBe('replayed');
    expect(receiver.open(late)).toEqual(hello);
  });

  it('is known to each receiver for itself, to the sender too', () => {
    const [sender, receiver] = [node(first), node(first)];
    const sealed = sender.seal(hello);
    expect(sender.open(sealed)).toEqual(hello);
    expect(receiver.open(sealed)).toEqual(hello);
    expect(sender.open(sealed)).toBe('replayed');
  });

  it('does not come about by forged datagrams with counters far ahead', () => {
    const [sender, receiver] = [node(first), node(first)];
    expect(receiver.open(sender.seal(hello))).toEqual(hello);
    const sealed = sender.seal(hello);
    const ahead = Uint8Array.from(sealed);
    ahead[23] = 1;
    expect(receiver.open(ahead)).toBe('forged');
    expect(receiver.open(sealed)).toEqual(hello);
  });

  it('is not opened after 10,000 other senders, whose datagrams are all opened', () => {
    const receiver = node(first);
    const early = node(first);
    const [seen, skipped] = [early.seal(hello), early.seal(hello)];
    const last = early.seal(hello);
    expect(receiver.open(seen)).toEqual(hello);
    expect(receiver.open(last)).toEqual(hello);
    const others = Array.from({ length: 10_000 }, () => node(first));
    const sealed = others.map((other) => other.seal(hello));
    for (const bytes of sealed) expect(receiver.open(bytes)).toEqual(hello);
    for (const bytes of [seen, skipped, last, ...sealed])
      expect(receiver.open(bytes)).toBe('replayed');
    expect(receiver.open(early.seal(hello))).toEqual(hello);
    for (const bytes of [seen, skipped, last]) expect(receiver.open(bytes)).toBe('replayed');
  });

  it('under one key tells nothing of a sender with the same salt and another key', () => {
    const receiver = node(first, second);
    for (const key of [first, second]) {
      const sender = new SealedDatagrams(new Keyring([key]), { random: () => new Uint8Array(16) });
      expect(receiver.open(sender.seal(hello))).toEqual(hello);
    }
  });

  it('of a known sender is known after any number of forged senders', () => {
    const [sender, receiver] = [node(first), node(first)];
    const [sealed, skipped] = [sender.seal(hello), sender.seal(hello)];
    expect(receiver.open(sender.seal(hello))).toEqual(hello);
    expect(receiver.open(sealed)).toEqual(hello);
    const forged = Buffer.from(sealed);
    for (let count = 0; count <= maxSenders; count += 1) {
      forged.set(randomBytes(16), 5);
      expect(receiver.open(forged)).toBe('forged');
    }
    expect(receiver.open(sealed)).toBe('replayed');
    // Of a sender that was dropped for a stranger, nothing below its highest counter would be opened.
    expect(receiver.open(skipped)).toEqual(hello);
  });
});

describe('A change of keys', () => {
  it('interrupts nothing: a node seals with the first key and opens with all', () => {
    const rings = [new Keyring([first]), new Keyring([first])] as const;
    const [a, b] = rings.map((ring) => new SealedDatagrams(ring)) as [
      SealedDatagrams,
      SealedDatagrams,
    ];
    const talk = (): void => {
      expect(a.open(b.seal(hello))).toEqual(hello);
      expect(b.open(a.seal(hello))).toEqual(hello);
    };
    talk();
    const steps = [[first, second], [second, first], [second]];
    for (const step of steps)
      for (const ring of rings) {
        ring.replace(step);
        talk();
      }
    const sealed = Buffer.from(a.seal(hello));
    expect(sealed.toString('hex', 1, 5)).toBe(second.id);
    expect(node(first).open(sealed)).toBe('other-key');
  });

  it('never uses a counter twice, also where a key comes back', () => {
    const ring = new Keyring([first]);
    const sender = new SealedDatagrams(ring);
    const heads = new Set<string>();
    for (let count = 0; count < 30; count += 1) {
      ring.replace(count % 3 === 0 ? [first, second] : [second, first]);
      for (const sealed of [sender.seal(hello), sender.seal(hello)])
        heads.add(Buffer.from(sealed).toString('hex', 0, 29));
    }
    expect(heads.size).toBe(60);
  });

  it('forgets no replay, also where a key was away for a while', () => {
    const ring = new Keyring([first]);
    const receiver = new SealedDatagrams(ring);
    const sealed = node(first).seal(hello);
    expect(receiver.open(sealed)).toEqual(hello);
    ring.replace([second]);
    expect(receiver.open(sealed)).toBe('other-key');
    ring.replace([second, ClusterKey.parse(first.reveal())]);
    expect(receiver.open(sealed)).toBe('replayed');
  });
});
