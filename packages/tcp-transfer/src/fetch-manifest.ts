import { digestBytes, pieceCount, pieceLengthFor, type TransferAnswer } from '@peerlane/protocol';
import type { KnownManifest } from './manifest-memory.ts';
import { withRoot } from './manifest-root.ts';
import type { PeerConnection } from './peer-connection.ts';
import { TransferError } from './transfer-error.ts';

/**
 * Asks a peer for the manifest of a file, and checks all of it.
 *
 * @param root which content is wanted; `undefined` for whatever the peer has
 * @throws TransferError `bad-answer` for a manifest that is none, or that has another root;
 * `no-file`, `changed`, `refused`
 * @see docs/protocol.md, "Manifest"
 */
export async function fetchManifest(
  connection: PeerConnection,
  filename: string,
  root: string | undefined,
): Promise<KnownManifest> {
  let announced: TransferAnswer | undefined;
  let digests = new Uint8Array();
  await connection.request(
    { want: 'manifest', filename, ...(root !== undefined && { root }) },
    (answer) => {
      announced = answer;
      digests = new Uint8Array(checkedLength(answer));
      let filled = 0;
      return (bytes) => {
        digests.set(bytes, filled);
        filled += bytes.length;
        return Promise.resolve();
      };
    },
  );
  const { size, pieceLength, root: claimed } = announced!;
  const known = await withRoot({ size: size!, pieceLength: pieceLength!, digests });
  if (known.root !== claimed || (root !== undefined && known.root !== root))
    throw new TransferError('bad-answer', "the peer's manifest does not match its root");
  return known;
}

function checkedLength({ size, pieceLength, length }: TransferAnswer): number {
  const expected = size === undefined ? undefined : pieceLengthFor(size);
  if (expected === undefined || pieceLength !== expected)
    throw new TransferError('bad-answer', "the peer's manifest has pieces of a wrong length");
  if (length !== pieceCount(size!, expected) * digestBytes)
    throw new TransferError('bad-answer', "the peer's manifest has a wrong number of pieces");
  return length;
}
