// Finds folders by their paths, or by their last parts, and lists their paths in order.
import { lastPart } from './join-path.ts';
import { NameOrder } from './name-order.ts';
import { NameTable } from './name-table.ts';
import { nameBytes, nameText } from './utf8-order.ts';
import { maxPathBytes } from './walk.ts';

/**
 * Folders by their relative paths with `/`. Names are compared in Unicode's composed form (NFC); of several
 * folders with one path in this form, the one in that form is found, or the first that came.
 */
export class FolderNames {
  readonly #paths = new Map<string, number>();
  /** The paths that are not in composed form, by that form. */
  readonly #odd = new Map<string, Set<string>>();
  readonly #byLastPart: NameTable;
  readonly #order = new NameOrder(lastPart);
  readonly #pathOf: (number: number) => string;

  /** @param pathOf the path of the folder with a number, which is needed as long as the folder is here */
  constructor(pathOf: (number: number) => string) {
    this.#pathOf = pathOf;
    this.#byLastPart = new NameTable((folder, name) => {
      return lastPart(pathOf(folder)).normalize() === nameText(name);
    });
  }

  /** Adds a folder that is not here. */
  add(path: string, number: number): void {
    const key = path.normalize();
    if (this.at(key) === undefined) this.#order.add(key);
    this.#paths.set(path, number);
    if (key !== path) this.#odd.set(key, (this.#odd.get(key) ?? new Set()).add(path));
    this.#byLastPart.add(nameBytes(lastPart(key)), number);
  }

  /** Removes a folder, if it is here. */
  remove(path: string): void {
    const number = this.#paths.get(path);
    if (number === undefined) return;
    const key = path.normalize();
    this.#paths.delete(path);
    const odd = this.#odd.get(key);
    if (odd?.delete(path) && odd.size === 0) this.#odd.delete(key);
    this.#byLastPart.remove(nameBytes(lastPart(key)), number);
    if (this.at(key) === undefined) this.#order.remove(key);
  }

  /** How many folders there are. */
  get size(): number {
    return this.#paths.size;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** The folder with a path in any form. */
  at(path: string): string | undefined {
    // Longer texts from the network are not worked on.
    if (path.length > maxPathBytes) return undefined;
    const key = path.normalize();
    if (this.#paths.has(key)) return key;
    const [first] = this.#odd.get(key) ?? [];
    return first;
  }

  /** At most two of the folders whose last part a name is. */
  called(name: string): readonly string[] {
    if (name.length > maxPathBytes) return [];
    const folders = this.#byLastPart.folders(nameBytes(name.normalize()));
    return folders.slice(0, 2).map(this.#pathOf);
  }

  /** A page of the paths in composed form, as {@link NameOrder.after} says; a text is searched in the last part. */
  after(after: string | undefined, count: number, match?: string): Promise<string[]> {
    return this.#order.after(after, count, match);
  }
}
