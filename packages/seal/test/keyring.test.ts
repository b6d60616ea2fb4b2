import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusterKey, Keyring, SealError } from '../src/index.ts';

const keyOf = (byte: number): ClusterKey => new ClusterKey(new Uint8Array(32).fill(byte));

describe('A cluster key', () => {
  it('has the id and the derived keys of the vector in docs/protocol.md', () => {
    const key = new ClusterKey(Uint8Array.from({ length: 32 }, (_, index) => index));
    expect(key.reveal()).toBe('peerlane-key-1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8');
    expect(key.id).toMatchInlineSnapshot(`"2c8f585a"`);
    expect(Buffer.from(key.datagramKey).toString('hex')).toMatchInlineSnapshot(
      `"ceca4b1ac8ac80659398a0014be9b9fd160aa4126b15bff23a0b8e66a52f1bb2"`,
    );
    expect(Buffer.from(key.connectionKey).toString('hex')).toMatchInlineSnapshot(
      `"0069db79d23980b236a59baffb4d9c1544d6a5b064c9454623b996a83efa21bb"`,
    );
  });

  it('is the same after its text was read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const text = new ClusterKey(bytes).reveal();
        expect(ClusterKey.parse(` ${text}\n`).reveal()).toBe(text);
      }),
    );
  });

  it('is not shown by printing it, by JSON or in a text', () => {
    const key = ClusterKey.generate();
    const secret = key.reveal().slice(-43);
    const shown = [
      inspect(key),
      inspect({ key }, { depth: 9, showHidden: true }),
      JSON.stringify([key]),
      String(key),
    ];
    for (const text of shown) {
      expect(text).toContain(key.id);
      expect(text).not.toContain(secret);
    }
  });

  it.each([
    '',
    'peerlane-key-1:',
    'peerlane-key-2:' + 'A'.repeat(43),
    'peerlane-key-1:' + 'A'.repeat(42),
    'peerlane-key-1:' + 'A'.repeat(44),
    'peerlane-key-1:' + 'A'.repeat(42) + 'B',
    'peerlane-key-1:' + 'A'.repeat(42) + '=',
  ])('is refused without repeating it: %j', (text) => {
    const error = expectError(() => ClusterKey.parse(text));
    expect(error.code).toBe('bad-key');
    if (text.length > 20) expect(error.message).not.toContain(text.slice(15));
  });
});

describe('A keyring', () => {
  it('seals with its first key and finds each by its id', () => {
    const ring = Keyring.parse(
      `# new\n${keyOf(1).reveal()}\r\n\n${keyOf(2).reveal()}\n${keyOf(1).reveal()}`,
    );
    expect(ring.keys.map(({ id }) => id)).toEqual([keyOf(1).id, keyOf(2).id]);
    expect(ring.first.id).toBe(keyOf(1).id);
    expect(ring.find(keyOf(2).id)?.reveal()).toBe(keyOf(2).reveal());
    expect(ring.find('00000000')).toBeUndefined();
    ring.replace([keyOf(3)]);
    expect(ring.first.id).toBe(keyOf(3).id);
    expect(Keyring.parse(ring.reveal()).first.id).toBe(keyOf(3).id);
  });

  it('refuses two keys of one id, of which one would be lost without a word', () => {
    const [one, other] = [148_340, 166_699].map((number) => {
      const bytes = Buffer.alloc(32);
      bytes.writeUInt32BE(number, 28);
      return new ClusterKey(bytes);
    }) as [ClusterKey, ClusterKey];
    expect([one.id, other.id]).toEqual(['1c72246e', '1c72246e']);
    const error = expectError(() => new Keyring([one, keyOf(1), other]));
    expect(error.code).toBe('bad-key');
    expect(error.message).toBe('expected keys of different ids, got two with the id 1c72246e');
    const ring = new Keyring([one]);
    expect(() => ring.replace([one, other])).toThrow(SealError);
    expect(ring.keys).toEqual([one]);
  });

  it('names the line of a text that is no key', () => {
    expect(expectError(() => Keyring.parse(`${keyOf(1).reveal()}\nsecret`)).message).toMatch(
      /^line 2: expected a key/,
    );
    expect(expectError(() => Keyring.parse('# none\n')).message).toBe('expected a key, got none');
    const many = Array.from({ length: 17 }, (_, byte) => keyOf(byte));
    expect(expectError(() => new Keyring(many)).message).toBe('expected at most 16 keys, got 17');
  });
});

function expectError(run: () => unknown): SealError {
  try {
    run();
  } catch (error) {
    if (SealError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
