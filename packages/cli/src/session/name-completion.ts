import { visibleText } from '@peerlane/protocol';
import type { PeerlaneNode } from '../node/node.ts';
import type { FoundFile } from '../node/search-files.ts';
import { typedName } from '../text/typed-name.ts';

/** So long the names that were found are taken for all there are, in milliseconds. */
const fresh = 10_000;

/** How long somebody who presses Tab waits at most, in milliseconds. */
const completionTimeout = 1500;

/** Completes commands and the names of files in the cluster. */
export class NameCompletion {
  readonly #node: PeerlaneNode;
  readonly #signal: AbortSignal;
  #names: readonly string[] = [];
  #learnedAt = -Infinity;

  constructor(node: PeerlaneNode, signal: AbortSignal) {
    this.#node = node;
    this.#signal = signal;
  }

  /** Takes over what a search for all names has found. */
  learn(found: readonly FoundFile[], text: string): void {
    if (text !== '') return;
    // What cannot be shown as it is cannot be typed either.
    this.#names = found
      .map(({ filename }) => filename)
      .filter((filename) => visibleText(filename) === filename);
    this.#learnedAt = performance.now();
  }

  /** The endings of a line, and the part of it that they are the endings of. */
  async complete(line: string, words: readonly string[]): Promise<[string[], string]> {
    const [, prefix] = /^\s*get\s+(.*)$/.exec(line) ?? [];
    if (prefix === undefined) {
      const hits = words.filter((word) => word.startsWith(line.trimStart()));
      return [hits.map((word) => (word === 'get' || word === 'search' ? `${word} ` : word)), line];
    }
    if (performance.now() - this.#learnedAt > fresh) {
      const options = { signal: this.#signal, timeout: completionTimeout };
      const found = await this.#node.search('', options).catch(() => []);
      // Where nobody answered in time, what was known will do.
      if (found.length > 0) this.learn(found, '');
    }
    const typed = this.#names.map(typedName);
    return [typed.filter((name) => name.startsWith(prefix)), prefix];
  }
}
