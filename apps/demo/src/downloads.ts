// The downloads of the demo's nodes and their states.
import type { Got, NodeProcess } from './node-process.ts';
import type { DownloadState } from './wire/events.ts';

/** The most downloads that are kept. */
const maxDownloads = 20;

/** The downloads of the nodes. */
export class Downloads {
  readonly #report: (download: DownloadState) => void;
  readonly #states = new Map<number, DownloadState>();
  readonly #control = new Map<number, AbortController>();
  #lastId = 0;

  /** @param report is called with each download that is new or has changed */
  constructor(report: (download: DownloadState) => void) {
    this.#report = report;
  }

  /** The downloads that are kept, the oldest first. */
  list(): DownloadState[] {
    return [...this.#states.values()];
  }

  /**
   * Downloads a file at a node.
   *
   * @throws Error with the message of the node
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
      this.#report(state);
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

  /** Aborts a download if it is still running. */
  abort(id: number): void {
    this.#control.get(id)?.abort();
  }

  #forgetOldest(): void {
    if (this.#states.size <= maxDownloads) return;
    for (const [id, { phase }] of this.#states) {
      if (phase !== 'done' && phase !== 'failed') continue;
      this.#states.delete(id);
      return;
    }
  }
}
