// Receives a pack: the contents of many small files, or why a source does not send one of them.
import {
  maxPackBytes,
  maxRequestBytes,
  PackLineDecoder,
  ProtocolError,
  type PackLine,
} from '@peerlane/protocol';
import type { PeerConnection } from '../requests/peer-connection.ts';
import { TransferError } from '../transfer-error.ts';
import type { PackBuffers, SharedBytes } from './pack-buffers.ts';
import type { WantedFile } from './pack-queue.ts';

/** What a source sent of one file. */
export type PackPart =
  /** In one or several parts, all together as long as the entry says. */
  | { readonly content: readonly SharedBytes[] }
  /** `not-found`, `changed` also for a content of another size, `later`, or another word. */
  | { readonly error: string };

/** A pack, in memory. */
export interface ReceivedPack {
  /** One for each file that was asked for. */
  readonly parts: readonly PackPart[];
  /** The contents are not used any more. */
  release(): void;
}

/** The longest line ahead of a file that is not the first in its pack, in bytes, and a usual one. */
const [lineBytes, usualLine] = [256, 32];

/**
 * Asks for files of a folder, and waits for all of them.
 *
 * @param stop stops the source, which keeps memory from others for too long
 * @throws TransferError `bad-answer` if the answer is no pack of these files; what a request can fail with
 * @see docs/protocol.md, "Pack"
 */
export async function receivePack(
  connection: PeerConnection,
  folder: string,
  files: readonly WantedFile[],
  buffers: PackBuffers,
  stop: () => void,
): Promise<ReceivedPack> {
  const bytes = files.reduce((sum, { entry }) => sum + entry.size + usualLine, 0);
  // Before the request: a peer keeps memory, too, until its answer is read.
  const buffer = await buffers.take(bytes, stop);
  const release = (): void => {
    buffers.release(buffer);
  };
  try {
    const entries = files.map(({ entry }) => entry.path);
    const request = { want: 'pack', filename: folder, entries } as const;
    const { data } = await connection.request(request, ({ length }) => {
      if (length > maxPackBytes + files.length * lineBytes)
        throw new TransferError('bad-answer', 'the pack of the peer is too long');
      // A longer answer has contents that are of no use: the others are copied out of it.
      return length <= buffer.length ? buffer.subarray(0, length) : undefined;
    });
    const reader = new PackReader(buffer, files);
    for await (const piece of data) reader.push(piece);
    buffers.received(buffer);
    return { parts: reader.end(), release };
  } catch (cause) {
    release();
    if (!ProtocolError.is(cause)) throw cause;
    throw new TransferError('bad-answer', cause.message, { cause });
  }
}

/** How many bytes of paths fit into a request for files of a folder. */
export function pathBytesFor(folder: string): number {
  const others = JSON.stringify({ v: 2, want: 'pack', filename: folder, entries: [] });
  return maxRequestBytes - Buffer.byteLength(others);
}

/** A content that comes. */
interface ComingContent {
  readonly parts: SharedBytes[];
  /** How much of it is still to come, in bytes. */
  left: number;
  readonly isKept: boolean;
}

/** Finds the parts of a pack, and collects the contents that can be those of the tree. */
class PackReader {
  readonly #buffer: SharedBytes;
  readonly #files: readonly WantedFile[];
  readonly #decoder = new PackLineDecoder();
  readonly #parts: PackPart[] = [];
  #filled = 0;
  #coming: ComingContent | undefined;

  constructor(buffer: SharedBytes, files: readonly WantedFile[]) {
    this.#buffer = buffer;
    this.#files = files;
  }

  push(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0;)
      rest = this.#coming ? this.#readContent(rest, this.#coming) : this.#readLine(rest);
  }

  end(): readonly PackPart[] {
    if (this.#coming || this.#parts.length < this.#files.length)
      throw new TransferError('bad-answer', 'the pack of the peer is shorter than its files');
    return this.#parts;
  }

  #readLine(bytes: Uint8Array): Uint8Array {
    const file = this.#files[this.#parts.length];
    if (!file)
      throw new TransferError('bad-answer', 'the pack of the peer is longer than its files');
    const decoded = this.#decoder.push(bytes);
    if (!decoded) return bytes.subarray(bytes.length);
    const line: PackLine = decoded.line;
    if ('error' in line) {
      this.#parts.push(line);
    } else {
      // A content of another size is of no use: nobody chooses how much memory it takes.
      const isKept = line.size === file.entry.size;
      this.#coming = { parts: [], left: line.size, isKept };
      this.#readContent(decoded.rest.subarray(0, 0), this.#coming);
    }
    return decoded.rest;
  }

  #readContent(bytes: Uint8Array, content: ComingContent): Uint8Array {
    const piece = bytes.subarray(0, content.left);
    content.left -= piece.length;
    if (content.isKept && piece.length > 0) content.parts.push(this.#inBuffer(piece));
    if (content.left === 0) {
      this.#coming = undefined;
      this.#parts.push(content.isKept ? { content: content.parts } : { error: 'changed' });
    }
    return bytes.subarray(piece.length);
  }

  /** Where bytes lie in the buffer, into which they were received or are copied. */
  #inBuffer(piece: Uint8Array): SharedBytes {
    const buffer = this.#buffer;
    if (piece.buffer === buffer.buffer) {
      const start = piece.byteOffset - buffer.byteOffset;
      return buffer.subarray(start, start + piece.length);
    }
    const start = this.#filled;
    buffer.set(piece, start);
    this.#filled += piece.length;
    return buffer.subarray(start, this.#filled);
  }
}
