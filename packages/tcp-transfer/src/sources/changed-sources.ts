// The sources whose file seems to have changed: what to ask them next, and how often.
import { WrongPieceError } from '../swarm/verify-piece.ts';
import { TransferError } from '../transfer-error.ts';

/** How often a source may have another content than before. */
const maxChanges = 5;

/** A piece of a source that was not that of its own manifest. */
interface Doubt {
  readonly piece: number;
  /** The root of that manifest, if it was known. */
  readonly root: string | undefined;
}

/** Remembers for each source of a download how its content changed. */
export class ChangedSources<S> {
  readonly #doubts = new Map<S, Doubt>();
  readonly #brokeOff = new Map<S, number>();
  readonly #changes = new Map<S, number>();

  /**
   * Whether a failure may mean that the file of a source is another one by now, so that the source is
   * worth another attempt.
   *
   * @param own the root that the source claimed itself; `undefined` if the manifest came from another
   */
  mayHaveChanged(
    source: S,
    error: Error,
    own: { readonly root?: string | undefined } | undefined,
  ): boolean {
    if (error instanceof WrongPieceError) {
      if (!own) return false;
      this.#doubts.set(source, { piece: error.piece, root: own.root });
      return true;
    }
    if (!TransferError.is(error)) return false;
    if (error.code === 'incomplete') return this.#brokeOff.get(source) === 1;
    return error.code === 'changed';
  }

  /**
   * A source broke off while it was hashing its file: all that it can do if the file changes then. A
   * second time it counts as dead.
   */
  brokeOff(source: S): void {
    this.#brokeOff.set(source, (this.#brokeOff.get(source) ?? 0) + 1);
  }

  /** Counts a change: whether the source is asked again, was too often, or had been given up before. */
  count(source: S): 'asked again' | 'too often' | 'given up' {
    const changes = (this.#changes.get(source) ?? 0) + 1;
    this.#changes.set(source, changes);
    if (changes <= maxChanges) return 'asked again';
    return changes === maxChanges + 1 ? 'too often' : 'given up';
  }

  /** Whether a source was reported as lost, and is asked again all the same. */
  isAskedAgain(source: S): boolean {
    return this.#changes.has(source) || this.#brokeOff.has(source);
  }

  /** The piece that a source is asked to check. */
  doubted(source: S): number | undefined {
    return this.#doubts.get(source)?.piece;
  }

  /**
   * Judges the manifest that a source sends after a doubt.
   *
   * @throws TransferError `wrong-content` if it is the same as before: what the source sends is wrong
   */
  judge(source: S, root: string | undefined): void {
    const doubt = this.#doubts.get(source);
    if (!doubt) return;
    if (root !== undefined && root === doubt.root) {
      const { message } = new WrongPieceError(doubt.piece);
      throw new TransferError('wrong-content', message);
    }
    this.#doubts.delete(source);
  }
}

/** The error for a source whose file changes again and again. */
export function changesTooFast(cause: Error): TransferError {
  return new TransferError('changed', 'the file changes faster than it can be read', { cause });
}
