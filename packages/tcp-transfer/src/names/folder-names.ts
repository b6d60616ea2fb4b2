// Finds folders by their paths, or by their last parts, and lists their paths in order.
import { maxPathBytes } from './walk.ts';
import { NameOrder } from './name-order.ts';

/** The last part of a path. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Folders by their relative paths with `/`. Names are compared in Unicode's composed form (NFC); of several
 * folders with one path in this form, the first one is found.
 */
export class FolderNames {
  readonly #paths = new Set<string>();
  /** The paths that are not in composed form, by that form. */
  readonly #odd = new Map<string, Set<string>>();
  /** By the last part, in composed form. */
  readonly #byLastPart = new Map<string, Set<string>>();
  readonly #order = new NameOrder(lastPart);

  /** Adds a folder, or removes one. */
  set(path: string, isThere: boolean): void {
    if (this.#paths.has(path) === isThere) return;
    const key = path.normalize('NFC');
    const before = this.at(path);
    if (isThere) this.#paths.add(path);
    else this.#paths.delete(path);
    change(this.#byLastPart, lastPart(key), path, isThere);
    if (key !== path) change(this.#odd, key, path, isThere);
    if (before === undefined) this.#order.add(key);
    else if (this.at(path) === undefined) this.#order.remove(key);
  }

  /** The folder with a path. */
  at(path: string): string | undefined {
    // Longer texts from the network are not worked on.
    if (path.length > maxPathBytes) return undefined;
    const key = path.normalize('NFC');
    if (this.#paths.has(key)) return key;
    const [first] = this.#odd.get(key) ?? [];
    return first;
  }

  /** The folders whose last part a name is. */
  called(name: string): ReadonlySet<string> {
    if (name.length > maxPathBytes) return new Set();
    return this.#byLastPart.get(name.normalize('NFC')) ?? new Set();
  }

  /** A page of the paths in composed form, as {@link NameOrder.after} says; a text is searched in the last part. */
  after(after: string | undefined, count: number, match?: string): Promise<string[]> {
    return this.#order.after(after, count, match);
  }
}

function change(map: Map<string, Set<string>>, key: string, path: string, isThere: boolean): void {
  const paths = map.get(key) ?? new Set();
  if (isThere) map.set(key, paths.add(path));
  else if (paths.delete(path) && paths.size === 0) map.delete(key);
}
