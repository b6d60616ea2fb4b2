// What the decoders make of bytes that come in these pieces.
import {
  CatalogDecoder,
  TransferRequestDecoder,
  type CatalogEntry,
  type TransferRequest,
} from '../../src/index.ts';

/** The first frame that a decoder returns, or the error it throws, for pieces delivered in order. */
export function firstFrame<T>(
  decoder: { push(bytes: Uint8Array): T | undefined },
  pieces: readonly Uint8Array[],
): T | undefined {
  for (const piece of pieces) {
    const frame = decoder.push(piece);
    if (frame !== undefined) return frame;
  }
  return undefined;
}

/** The request in these pieces. */
export function requestIn(pieces: readonly Uint8Array[]): TransferRequest | undefined {
  return firstFrame(new TransferRequestDecoder(), pieces)?.request;
}

/** A decoder of the lines of a list. */
export interface ListDecoder<Entry = unknown> {
  push(bytes: Uint8Array): Entry[];
  end(): void;
}

/** The entries of a list that comes in these pieces, and ends behind them. */
export function listIn<Entry>(decoder: ListDecoder<Entry>, pieces: readonly Uint8Array[]): Entry[] {
  const entries = pieces.flatMap((piece) => decoder.push(piece));
  decoder.end();
  return entries;
}

/** The entries of a catalog that comes in these pieces, and ends behind them. */
export function entriesIn(pieces: readonly Uint8Array[]): CatalogEntry[] {
  return listIn(new CatalogDecoder(), pieces);
}
