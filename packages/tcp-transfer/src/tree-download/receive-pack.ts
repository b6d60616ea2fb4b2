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
  | { readonly content: SharedBytes }
  /** `not-found`, `changed`, `later`, or another word. */
  | { readonly error: string };

/** A pack, in memory. */
export interface ReceivedPack {
  /** One for each file that was asked for. */
  readonly parts: readonly PackPart[];
  /** The contents are not used any more. */
  release(): void;
}

/** The longest line ahead of a file that is not the first in its pack, in bytes. */
const lineBytes = 256;

/**
 * Asks for files of a folder, and waits for all of them.
 *
 * @throws TransferError `bad-answer` if the answer is no pack of these files; what a request can fail with
 * @see docs/protocol.md, "Pack"
 */
export async function receivePack(
  connection: PeerConnection,
  folder: string,
  files: readonly WantedFile[],
  buffers: PackBuffers,
): Promise<ReceivedPack> {
  const { answer, data } = await connection.request({
    ...{ want: 'pack', filename: folder },
    entries: files.map(({ entry }) => entry.path),
  });
  const { length } = answer;
  if (length > maxPackBytes + files.length * lineBytes)
    throw new TransferError('bad-answer', 'the pack of the peer is too long');
  const buffer = await buffers.take(length);
  try {
    const reader = new PackReader(buffer.subarray(0, length), files.length);
    for await (const bytes of data) reader.push(bytes);
    const release = (): void => {
      buffers.release(buffer);
    };
    return { parts: reader.end(), release };
  } catch (cause) {
    buffers.release(buffer);
    if (!ProtocolError.is(cause)) throw cause;
    throw new TransferError('bad-answer', cause.message, { cause });
  }
}

/** How many bytes of paths fit into a request for files of a folder. */
export function pathBytesFor(folder: string): number {
  const others = JSON.stringify({ v: 2, want: 'pack', filename: folder, entries: [] });
  return maxRequestBytes - Buffer.byteLength(others);
}

/** Collects the bytes of a pack in one place, and finds its parts. */
class PackReader {
  readonly #buffer: SharedBytes;
  readonly #count: number;
  readonly #decoder = new PackLineDecoder();
  readonly #parts: PackPart[] = [];
  #filled = 0;
  /** Where the next line or content begins, or goes on. */
  #at = 0;
  /** The length of the content that comes next, if its line has been read. */
  #size: number | undefined;

  constructor(buffer: SharedBytes, count: number) {
    this.#buffer = buffer;
    this.#count = count;
  }

  push(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
    while (this.#at < this.#filled || this.#size === 0) {
      const isFurther = this.#size === undefined ? this.#readLine() : this.#readContent(this.#size);
      if (!isFurther) return;
    }
  }

  end(): readonly PackPart[] {
    if (this.#size !== undefined || this.#parts.length < this.#count)
      throw new TransferError('bad-answer', 'the pack of the peer is shorter than its files');
    return this.#parts;
  }

  #readLine(): boolean {
    if (this.#parts.length === this.#count)
      throw new TransferError('bad-answer', 'the pack of the peer is longer than its files');
    const decoded = this.#decoder.push(this.#buffer.subarray(this.#at, this.#filled));
    this.#at = this.#filled - (decoded?.rest.length ?? 0);
    if (!decoded) return false;
    const line: PackLine = decoded.line;
    if ('error' in line) this.#parts.push(line);
    else this.#size = line.size;
    return true;
  }

  #readContent(size: number): boolean {
    const end = this.#at + size;
    if (end > this.#filled) return false;
    this.#parts.push({ content: this.#buffer.subarray(this.#at, end) });
    this.#at = end;
    this.#size = undefined;
    return true;
  }
}
