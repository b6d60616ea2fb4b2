// Gathers the sources of one content: lets them join its swarm, some at a time, until it is complete.
import { pause } from '../async.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import type { KnownManifest } from '../manifests/known-manifest.ts';
import type { RemoteManifest } from '../swarm/remote-manifest.ts';
import type { Swarm } from '../swarm/swarm.ts';
import type { Source } from '../swarm/swarm-options.ts';
import type { AttemptContext } from './attempt-context.ts';
import { wholeInTime } from '../sources/digest-pace.ts';
import { outOfTurn } from '../sources/out-of-turn.ts';
import { SourcePlaces, turnTime } from '../sources/source-places.ts';

/**
 * How long the first source of a file of one piece is alone, in milliseconds, where connections are shared:
 * another one that is asked for the same piece is cut off, with all that wait for its connection.
 */
const headStart = 250;

/** What is gathered for. */
export interface GatheringOptions<S extends Source> {
  readonly context: AttemptContext<S>;
  readonly swarm: Swarm<S>;
  /** The first source, which says what the file is. */
  readonly source: S;
  /** The connection on which its manifest comes. */
  readonly connection: PeerConnection;
  readonly manifest: RemoteManifest;
  /** Whether that connection may be used for pieces. */
  readonly isFree: boolean;
  /** The descriptor of a file that an earlier download left: its pieces are checked first. */
  readonly resumed: number | undefined;
  /** Is called when the root is known. */
  readonly onRoot: (root: string) => Promise<void>;
}

/** The sources of one content, and what they are doing. */
export class Gathering<S extends Source> {
  readonly #options: GatheringOptions<S>;
  readonly #running = new Set<Promise<void>>();

  constructor(options: GatheringOptions<S>) {
    this.#options = options;
  }

  /** Resolves when the content is complete or no source is left. */
  async run(): Promise<void> {
    const { context, swarm, source, connection, isFree, resumed } = this.#options;
    const { signal } = context;
    const stop = (reason: unknown): void => {
      swarm.stop(reason as Error);
    };
    const onAbort = (): void => {
      stop(signal.reason);
    };
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    // No further digests are needed then.
    void swarm.ended.then(() => {
      connection.close();
    });
    if (resumed !== undefined) this.#track(swarm.recheck(resumed));
    const first = this.#join(source, isFree ? connection : undefined);
    this.#track(first);
    this.#track(this.#joinOthers(first).catch(stop));
    while (this.#running.size > 0) await Promise.race(this.#running);
    signal.removeEventListener('abort', onAbort);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  async #joinOthers(first: Promise<void>): Promise<void> {
    const { context, swarm, manifest, onRoot } = this.#options;
    const { sources, accepts, clock } = context;
    const { root } = await this.#whole();
    swarm.root = root;
    await onRoot(root);
    if (context.options.connections && manifest.pieces === 1) await this.#waitFor(first);
    let isWaiting = true;
    void swarm.ended.then(() => (isWaiting = false));
    // If looking for sources fails, those that are there go on.
    const next = (): Promise<S | undefined> =>
      Promise.race([swarm.ended, sources.next(() => isWaiting)]).catch(() => undefined);
    const places = new SourcePlaces<S>({
      clock,
      run: (source) => {
        const joined = this.#join(source);
        this.#track(joined);
        return joined;
      },
      stopSlowest: () => {
        swarm.stopSlowest(turnTime);
      },
    });
    for (let source = await next(); source; source = await next()) {
      if (accepts(source, root)) places.add(source);
      else this.#makeWay();
    }
    await Promise.race([swarm.ended, places.idle]);
    for (const source of places.close()) sources.giveBack(source);
  }

  /** Waits for the first source, but not for long. */
  async #waitFor(first: Promise<void>): Promise<void> {
    const { context, swarm } = this.#options;
    const over = new AbortController();
    const late = pause(context.clock, headStart, over.signal);
    await Promise.race([first, swarm.ended, late]);
    over.abort(outOfTurn);
  }

  /** The whole manifest, if the peer keeps pace while others wait. */
  #whole(): Promise<KnownManifest> {
    const { context, manifest, connection } = this.#options;
    return wholeInTime(manifest, context.sources, context.clock, (error) => {
      connection.close(error);
    });
  }

  async #join(source: S, open?: PeerConnection): Promise<void> {
    await this.#options.swarm.join(source, open);
    this.#makeWay();
  }

  /** A swarm that gets nothing makes way for other content: of postponed sources, or of the first. */
  #makeWay(): void {
    const { context, swarm, source } = this.#options;
    const { idle, isComplete } = swarm;
    const isOther =
      idle === 'starved' ? context.sources.hasPostponed : context.sources.isPostponed(source);
    if (idle && isOther && !isComplete) swarm.stop(outOfTurn);
  }
}
