/** The paths of the files of one name, of which the first is served. */
export class PathSet {
  readonly #paths: Set<string>;
  #ordered: readonly string[] | undefined;

  constructor(...paths: string[]) {
    this.#paths = new Set(paths);
  }

  get size(): number {
    return this.#paths.size;
  }

  add(path: string): void {
    this.#paths.add(path);
    this.#ordered = undefined;
  }

  delete(path: string): void {
    this.#paths.delete(path);
    this.#ordered = undefined;
  }

  /** All paths in their order: put in order when it is asked for, not at each of many changes. */
  ordered(): readonly string[] {
    this.#ordered ??= [...this.#paths].sort(byPath);
    return this.#ordered;
  }
}

/** The order in which a walk that sorts each folder meets paths: `a/z` before `a.txt`. */
export function byPath(left: string, right: string): number {
  const [a, b] = [left.replaceAll('/', '\u0000'), right.replaceAll('/', '\u0000')];
  return a < b ? -1 : a > b ? 1 : 0;
}
