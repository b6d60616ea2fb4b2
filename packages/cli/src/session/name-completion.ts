// Completion by Tab in a session: commands, and the names of files and folders in the cluster.
import { visibleText } from '@peerlane/protocol';
import type { PeerlaneNode } from '../node/node.ts';
import { namesToGet, nothingFound, searchAll, type Found } from '../members/search-members.ts';
import { typedName } from '../text/typed-name.ts';

/** How long names that were found are used without another search, in milliseconds. */
const namesLifetime = 10_000;

/** How long a search for a completion may last, in milliseconds. */
const completionTimeout = 1500;

/** The commands that something follows. */
const withOperand: ReadonlySet<string> = new Set(['get', 'cancel', 'search', 'join']);

/** Completes lines by commands and by the names of files in the cluster. */
export class NameCompletion {
  readonly #node: PeerlaneNode;
  readonly #signal: AbortSignal;
  #names: readonly string[] = [];
  #learnedAt = -Infinity;

  constructor(node: PeerlaneNode, signal: AbortSignal) {
    this.#node = node;
    this.#signal = signal;
  }

  /** Keeps the names that a search has found, if it was for all names. */
  learn(found: Found, text: string): void {
    if (text !== '') return;
    // A name that cannot be shown as it is cannot be typed either.
    this.#names = namesToGet(found).filter((name) => visibleText(name) === name);
    this.#learnedAt = performance.now();
  }

  /**
   * The completions for a line, and the part of the line that they replace.
   *
   * @param running the names of the files that are being downloaded, which `cancel` takes
   */
  async complete(
    line: string,
    words: readonly string[],
    running: readonly string[],
  ): Promise<[string[], string]> {
    const [, command, prefix] = /^\s*(get|cancel)\s+(.*)$/.exec(line) ?? [];
    if (command === 'cancel' && prefix !== undefined)
      return [running.map(typedName).filter((name) => name.startsWith(prefix)), prefix];
    if (prefix === undefined) {
      const hits = words.filter((word) => word.startsWith(line.trimStart()));
      return [hits.map((word) => (withOperand.has(word) ? `${word} ` : word)), line];
    }
    if (!this.#isFresh) {
      const found = await this.#find('');
      // If nobody answered in time, the names of the last search are used.
      if (namesToGet(found).length > 0) this.learn(found, '');
    }
    const typed = this.#names.map(typedName);
    return [typed.filter((name) => name.startsWith(prefix)), prefix];
  }

  /** What is got by a name: a file, or a folder, also if its slash is missing; `undefined` if nobody has either. */
  async nameFor(typed: string): Promise<string | undefined> {
    const name = typed.normalize();
    const plain = name.replace(/\/+$/, '');
    const names = this.#isFresh ? this.#names : namesToGet(await this.#find(plain));
    return [name, `${plain}/`].find((each) => names.includes(each));
  }

  get #isFresh(): boolean {
    return performance.now() - this.#learnedAt <= namesLifetime;
  }

  #find(text: string): Promise<Found> {
    const options = { signal: this.#signal, timeout: completionTimeout };
    return searchAll(this.#node, text, options).catch(() => nothingFound);
  }
}
