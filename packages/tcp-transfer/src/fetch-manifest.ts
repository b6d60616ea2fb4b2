import { createHash } from 'node:crypto';
import {
  digestBytes,
  encodeRootInput,
  pieceCount,
  pieceLengthFor,
  type Manifest,
  type TransferAnswer,
} from '@peerlane/protocol';
import type { PeerConnection } from './peer-connection.ts';
import { TransferError } from './transfer-error.ts';

/** A manifest together with what it is known by. */
export interface RootedManifest {
  /** 64 hex digits. */
  readonly root: string;
  readonly manifest: Manifest;
}

/** The root of a manifest: 64 hex digits. */
export function rootOf(manifest: Manifest): string {
  return createHash('sha256').update(encodeRootInput(manifest)).digest('hex');
}

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
): Promise<RootedManifest> {
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
  const manifest: Manifest = { size: size!, pieceLength: pieceLength!, digests };
  const found = rootOf(manifest);
  if (found !== claimed || (root !== undefined && found !== root))
    throw new TransferError('bad-answer', "the peer's manifest does not match its root");
  return { root: found, manifest };
}

function checkedLength({ size, pieceLength, length }: TransferAnswer): number {
  const expected = size === undefined ? undefined : pieceLengthFor(size);
  if (expected === undefined || pieceLength !== expected)
    throw new TransferError('bad-answer', "the peer's manifest has pieces of a wrong length");
  if (length !== pieceCount(size!, expected) * digestBytes)
    throw new TransferError('bad-answer', "the peer's manifest has a wrong number of pieces");
  return length;
}
