// Looks for a file that the index of a shared folder does not have yet, as it was put there a moment ago.
import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '../clock.ts';
import { maxNameLength } from './max-name-length.ts';

/** How many looks at the disk there are in a second: whoever asks for more names gets those of the index. */
export const maxLooks = 100;

/** On Windows `a:b` is a stream of the file `a`. */
const separators = process.platform === 'win32' ? /[/\\:]/ : /\//;

/**
 * Looks for names directly in a shared folder. A peer of version 1 asks once: a file that is missed is
 * missed until the request has ended.
 */
export class DiskLook {
  readonly #clock: Clock;
  #second = -Infinity;
  #looks = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The relative path of a file or anything else of that very name, upper and lower case told apart on
   * every disk; none if there is none, or there were too many looks. What it leads to must be checked
   * when it is opened.
   *
   * @param root the path of the shared folder, all links resolved
   */
  async find(root: string, name: string): Promise<readonly string[]> {
    const cannotBe = name === '' || name.startsWith('.') || name.length > maxNameLength;
    if (cannotBe || name.includes('\0') || separators.test(name) || !this.#mayLook()) return [];
    try {
      const found = basename(await realpath(join(root, name)));
      return found.normalize('NFC') === name.normalize('NFC') ? [name] : [];
    } catch {
      return [];
    }
  }

  #mayLook(): boolean {
    const now = this.#clock.now();
    if (now - this.#second >= 1000) [this.#second, this.#looks] = [now, 0];
    this.#looks += 1;
    return this.#looks <= maxLooks;
  }
}
