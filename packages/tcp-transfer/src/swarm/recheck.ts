// Looks at what an earlier download left of a file: hashes each piece, and has its digest compared.
import type { Part } from '../storage/unfinished-file.ts';
import { isWrongContent } from '../transfer-error.ts';
import type { PieceLayout } from './piece-layout.ts';

/** The options of {@link recheck}. */
export interface RecheckOptions {
  readonly layout: PieceLayout;
  /** How many pieces are hashed at a time. */
  readonly lanes: number;
  /** Whether no more pieces are to be hashed. */
  readonly isOver: () => boolean;
  readonly hash: (part: Part) => Promise<Uint8Array>;
  /** Rejects with `wrong-content` for a piece that is to be fetched. */
  readonly verify: (piece: number, digest: Uint8Array) => Promise<void>;
  /** Called with any other failure. */
  readonly onFailure: (error: Error) => void;
}

/** Verifies all pieces of a file. Resolves when each is known to be right or wrong, or it is over. */
export async function recheck(options: RecheckOptions): Promise<void> {
  const { layout, lanes, isOver, hash, verify, onFailure } = options;
  const verifying: Promise<void>[] = [];
  // From the end: it is what is missing most often.
  let next = layout.count;
  const lane = async (): Promise<void> => {
    while (next > 0 && !isOver()) {
      const piece = (next -= 1);
      const digest = await hash(layout.partOf(piece));
      verifying.push(
        verify(piece, digest).catch((error: unknown) => {
          if (!isWrongContent(error)) onFailure(error as Error);
        }),
      );
    }
  };
  for (const result of await Promise.allSettled(Array.from({ length: lanes }, lane)))
    if (result.status === 'rejected') onFailure(result.reason as Error);
  await Promise.all(verifying);
}
