// Takes other keys while a node runs, when the file that they came from has changed.
import { stat } from 'node:fs/promises';
import { systemClock, type Clock, type Timer } from '@peerlane/tcp-transfer';
import { ConfigError } from '../files/config-error.ts';
import { loadKeys, type LoadedKeys } from './key-source.ts';

/** The time between two looks at the file, in milliseconds. */
const interval = 1000;

/** The options of {@link KeyWatch}. */
export interface KeyWatchOptions {
  readonly clock?: Clock;
  /** Is told that the keys have changed, in one line. */
  readonly onChange: (line: string) => void;
  /** Is told why the file cannot be used, or what others could do with it, in one line. */
  readonly onFault: (line: string) => void;
}

/**
 * Looks at a key file every second. Its keys are taken when it has stayed the same from one look to the
 * next: it may be being written. Those of before stay if they are none.
 */
export class KeyWatch implements Disposable {
  readonly #options: KeyWatchOptions;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #isOver = false;
  /** What the file was at the last look, and when it was read. */
  #seen: string | undefined;
  #read: string | undefined;

  constructor(options: KeyWatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Begins to look at the file of these keys, if they are from one. */
  begin(keys: LoadedKeys): void {
    const { source } = keys;
    if (source.kind === 'text' || this.#isOver) return;
    this.#timer = this.#clock.schedule(() => {
      void this.#look(keys, source.path).finally(() => {
        this.begin(keys);
      });
    }, interval);
  }

  async #look(keys: LoadedKeys, path: string): Promise<void> {
    const now = await stampOf(path);
    const isAtRest = now === this.#seen;
    this.#seen = now;
    if (!isAtRest || now === this.#read) return;
    this.#read = now;
    await this.#reread(keys);
  }

  async #reread({ keyring, source, from }: LoadedKeys): Promise<void> {
    const { onChange, onFault } = this.#options;
    try {
      const found = await loadKeys(source);
      if (this.#isOver) return;
      if (!found) throw new ConfigError(`there is no file "${from}"`);
      if (found.keyring.reveal() === keyring.reveal()) return;
      keyring.replace(found.keyring.keys);
      const [first, ...others] = keyring.keys.map(({ id }) => id);
      const also = others.length > 0 ? `, also opening ${others.join(', ')}` : '';
      onChange(`Keys changed: sealing with ${first!}${also}.`);
      for (const warning of found.warnings) onFault(warning);
    } catch (error) {
      const { message } = error as Error;
      onFault(`The keys stay as they were, sealing with ${keyring.first.id}: ${message}`);
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }
}

/** What changes when a file is written or replaced; empty if there is none. */
async function stampOf(path: string): Promise<string> {
  const status = await stat(path, { bigint: true }).catch(() => undefined);
  if (!status) return '';
  const { dev, ino, size, mtimeNs, ctimeNs } = status;
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}
