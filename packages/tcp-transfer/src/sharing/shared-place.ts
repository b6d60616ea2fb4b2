// Where a shared folder is: its path may lead through links that are switched to another folder later.
import { opendir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { leadsThroughOwnLinks, resolveShared } from '../paths/named-way.ts';
import { pinFolder } from '../paths/pinned-folder.ts';
import { folderArea, type ServedArea } from './open-inside.ts';

/** The folder that the path of a user leads to. */
export class SharedPlace {
  readonly #named: string;
  #path: string;
  #area: ServedArea;

  private constructor(named: string, path: string, area: ServedArea) {
    this.#named = named;
    this.#path = path;
    this.#area = area;
  }

  /** @throws the system's error; Error if a link of another user leads to a folder that is not theirs */
  static async open(named: string): Promise<SharedPlace> {
    const { path, area } = await look(named);
    // The working folder may be another one later.
    return new SharedPlace(resolve(named), path, area);
  }

  /** With all links resolved. */
  get path(): string {
    return this.#path;
  }

  /** In which its files must lie. */
  get area(): ServedArea {
    return this.#area;
  }

  /**
   * Looks again, and follows links that this user or root has switched. If others could have done that,
   * or nothing can be read there, it stays where it is.
   */
  async find(): Promise<string> {
    try {
      const { path, area } = await look(this.#named);
      if (path !== this.#path && (await this.#isOurs())) [this.#path, this.#area] = [path, area];
    } catch {
      // A link that leads nowhere is being switched.
    }
    return this.#path;
  }

  async #isOurs(): Promise<boolean> {
    const pin = await pinFolder(this.#named);
    return pin === undefined && (await leadsThroughOwnLinks(this.#named));
  }
}

async function look(named: string): Promise<{ readonly path: string; readonly area: ServedArea }> {
  const path = await resolveShared(named);
  // Its entries, of which there can be a million, are not read twice.
  await (await opendir(path)).close();
  return { path, area: folderArea(path, await pinFolder(path)) };
}
