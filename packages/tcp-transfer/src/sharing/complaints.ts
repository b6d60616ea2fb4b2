// What of a shared folder cannot be shared: told once, until it grows.

/** Counts files that nobody can ask for and folders that nobody can read, and words the warnings. */
export class Complaints {
  readonly #tooDeep = new Set<string>();
  /** By folder. */
  readonly #unnamable = new Map<string, number>();
  #toldUnnamable = 0;
  #isUnwatched = false;
  readonly #news: Error[] = [];

  /** Whether a folder could not be read because its path is longer than the system allows. */
  isTooDeep(folder: string, cause: unknown): boolean {
    if ((cause as NodeJS.ErrnoException).code !== 'ENAMETOOLONG') return false;
    if (this.#tooDeep.size === 0) {
      const text = 'a folder of the shared folder lies too deep: what is below it is not shared';
      this.#news.push(new Error(text, { cause }));
    }
    this.#tooDeep.add(folder);
    return true;
  }

  /** Notes that there are more folders than are watched. */
  setUnwatched(): void {
    if (this.#isUnwatched) return;
    this.#isUnwatched = true;
    const text =
      'only 10,000 folders of the shared folder are watched: a change in another one is seen later';
    this.#news.push(new Error(text));
  }

  /** Notes how many entries of a folder have names that are no text. */
  setUnnamable(folder: string, count = 0): void {
    if (count > 0) this.#unnamable.set(folder, count);
    else this.#unnamable.delete(folder);
  }

  /** The warnings that nobody was given yet. */
  news(): Error[] {
    const count = [...this.#unnamable.values()].reduce((sum, some) => sum + some, 0);
    if (count > this.#toldUnnamable) {
      const which = count === 1 ? 'a file whose name is' : `${count} files whose names are`;
      this.#news.push(
        new Error(`the shared folder holds ${which} no UTF-8: rename what is to be shared`),
      );
    }
    this.#toldUnnamable = count;
    return this.#news.splice(0);
  }
}
