// The keys that a node holds: the first seals, all of them open. So a key is changed without a break.
import { ClusterKey } from './cluster-key.ts';
import { SealError } from './seal-error.ts';

/** The most keys of a keyring. More than two are used only while keys are changed. */
const maxKeys = 16;

/** A pre-shared key of TLS, with its name. */
export interface ConnectionKey {
  /** The id of the cluster key. */
  readonly identity: string;
  /** 32 secret bytes. */
  readonly secret: Uint8Array;
}

/** The keys of a node, of which there is at least one. They can be replaced while the node runs. */
export class Keyring {
  #keys: readonly ClusterKey[];
  #byId: ReadonlyMap<string, ClusterKey>;

  /** @param keys from 1 to 16, no two of one id; a key that comes twice counts once */
  constructor(keys: readonly ClusterKey[]) {
    [this.#keys, this.#byId] = checked(keys);
  }

  /**
   * Reads the text of a key file: a key on each line. Empty lines and lines that begin with `#` are
   * skipped.
   *
   * @throws SealError `bad-key`, which names the line and does not repeat it
   */
  static parse(text: string): Keyring {
    const keys = text.split(/\r?\n/).flatMap((line, index) => {
      if (/^\s*(#|$)/.test(line)) return [];
      try {
        return [ClusterKey.parse(line)];
      } catch (cause) {
        if (!SealError.is(cause)) throw cause;
        throw new SealError('bad-key', `line ${index + 1}: ${cause.message}`, { cause });
      }
    });
    return new Keyring(keys);
  }

  /** The key that seals. */
  get first(): ClusterKey {
    return this.#keys[0]!;
  }

  /** All keys, the one that seals first. */
  get keys(): readonly ClusterKey[] {
    return this.#keys;
  }

  /** The key with an id; `undefined` if there is none. */
  find(id: string): ClusterKey | undefined {
    return this.#byId.get(id);
  }

  /** The keys as connections use them, always those of now. */
  get connections(): {
    readonly first: ConnectionKey;
    find(identity: string): ConnectionKey | undefined;
  } {
    const keyOf = ({ id, connectionKey }: ClusterKey): ConnectionKey => ({
      identity: id,
      secret: connectionKey,
    });
    const first = (): ConnectionKey => keyOf(this.first);
    return {
      get first() {
        return first();
      },
      find: (identity) => {
        const key = this.find(identity);
        return key && keyOf(key);
      },
    };
  }

  /** Takes other keys from now on. Connections that are open stay open. */
  replace(keys: readonly ClusterKey[]): void {
    [this.#keys, this.#byId] = checked(keys);
  }

  /** The text of a key file with these keys, to be kept secret. */
  reveal(): string {
    return this.#keys.map((key) => `${key.reveal()}\n`).join('');
  }
}

function checked(
  keys: readonly ClusterKey[],
): [readonly ClusterKey[], ReadonlyMap<string, ClusterKey>] {
  const byId = new Map<string, ClusterKey>();
  for (const key of keys) {
    const known = byId.get(key.id);
    if (!known) byId.set(key.id, key);
    // Anybody can make a key of a given id, with some patience.
    else if (known.reveal() !== key.reveal())
      throw new SealError(
        'bad-key',
        `expected keys of different ids, got two with the id ${key.id}`,
      );
  }
  if (byId.size === 0) throw new SealError('bad-key', 'expected a key, got none');
  if (byId.size > maxKeys)
    throw new SealError('bad-key', `expected at most ${maxKeys} keys, got ${byId.size}`);
  return [[...byId.values()], byId];
}
