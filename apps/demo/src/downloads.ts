import type { Got, NodeProcess } from './node-process.ts';
import type { DownloadState } from './wire/events.ts';

/** So many downloads are remembered. */
const remembered = 20;

/** What nodes were told to get, and what came of it. */
export class Downloads {
  readonly #tell: (download: DownloadState) => void;
  readonly #states = new Map<number, DownloadState>();
  readonly #control = new Map<number, AbortController>();
  #lastId = 0;

  /** @param tell called with each download that is new or has changed */
  constructor(tell: (download: DownloadState) => void) {
    this.#tell = tell;
  }

  /** Those that are remembered, the oldest first. */
  list(): DownloadState[] {
    return [...this.#states.values()];
  }

  /**
   * Lets a node get a file.
   *
   * @throws Error with the node's own words
   */
  async run(node: string, filename: string, process: NodeProcess): Promise<Got> {
    const id = (this.#lastId += 1);
    const control = new AbortController();
    this.#control.set(id, control);
    let state: DownloadState = {
      ...{ id, node, filename, received: 0, size: 0 },
      since: Date.now(),
      phase: 'searching',
    };
    const change = (news: Partial<DownloadState>): void => {
      state = { ...state, ...news };
      this.#states.set(id, state);
      this.#forgetOldest();
      this.#tell(state);
    };
    change({});
    try {
      const got = await process.get(filename, {
        signal: control.signal,
        onProgress: (received, size) => {
          change({ phase: 'receiving', received, size });
        },
      });
      const message = 'Received file completely!';
      change({ phase: 'done', received: got.size, size: got.size, message });
      return got;
    } catch (error) {
      change({ phase: 'failed', message: (error as Error).message });
      throw error;
    } finally {
      this.#control.delete(id);
    }
  }

  /** Gives up a download, if it is still underway. */
  abort(id: number): void {
    this.#control.get(id)?.abort();
  }

  #forgetOldest(): void {
    if (this.#states.size <= remembered) return;
    for (const [id, { phase }] of this.#states) {
      if (phase !== 'done' && phase !== 'failed') continue;
      this.#states.delete(id);
      return;
    }
  }
}
