// The key of a sealed cluster: its text, and the keys that are derived from it.
import { hkdfSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { SealError } from './seal-error.ts';

/** The length of a key, in bytes. */
const keyLength = 32;

/** What the text of every key begins with: the version of its form. */
const prefix = 'peerlane-key-1:';

/** Base64url without padding of 32 bytes; the last of its characters carries four bits. */
const pattern = /^peerlane-key-1:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/**
 * The key of a cluster: whoever has it is a member. It shows itself by its id alone, also in logs, in
 * errors and as JSON.
 *
 * @see docs/protocol.md, "Sealed clusters"
 */
export class ClusterKey {
  /** The name of the key on the wire and for people: 8 hexadecimal digits. It tells nothing of the key. */
  readonly id: string;
  /** 32 bytes, from which each sender's key for its datagrams is derived. */
  readonly datagramKey: Uint8Array;
  /** 32 bytes: the pre-shared key of TLS connections. */
  readonly connectionKey: Uint8Array;
  readonly #bytes: Uint8Array;

  /** @param bytes 32 random bytes */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== keyLength)
      throw new RangeError(`expected a key of ${keyLength} bytes, got ${bytes.length}`);
    this.#bytes = Uint8Array.from(bytes);
    this.id = Buffer.from(this.#derive('key id', 4)).toString('hex');
    this.datagramKey = this.#derive('datagrams', keyLength);
    this.connectionKey = this.#derive('connections', keyLength);
    // A printed object shows its properties.
    for (const name of ['datagramKey', 'connectionKey'] as const)
      Object.defineProperty(this, name, { enumerable: false });
    Object.defineProperty(this, inspect.custom, { value: () => this.toString() });
  }

  /** @param random gives as many random bytes as it is asked for */
  static generate(random: (length: number) => Uint8Array = randomBytes): ClusterKey {
    return new ClusterKey(random(keyLength));
  }

  /**
   * Reads the text of a key; blanks around it do not count.
   *
   * @throws SealError `bad-key`, whose message does not repeat the text
   */
  static parse(text: string): ClusterKey {
    const trimmed = text.trim();
    if (!pattern.test(trimmed))
      throw new SealError(
        'bad-key',
        `expected a key as "p2p key new" makes it: "${prefix}" and 43 letters, digits, "-" or "_"`,
      );
    return new ClusterKey(Buffer.from(trimmed.slice(prefix.length), 'base64url'));
  }

  /** The key as text, to be kept secret. */
  reveal(): string {
    return prefix + Buffer.from(this.#bytes).toString('base64url');
  }

  toString(): string {
    return `[cluster key ${this.id}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  #derive(label: string, length: number): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#bytes, '', `peerlane 1 ${label}`, length));
  }
}
