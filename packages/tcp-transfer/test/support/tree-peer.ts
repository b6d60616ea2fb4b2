// A fake peer that lists a tree and sends packs as a test wants.
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  encodePackLine,
  encodeTransferAnswer,
  type PeerAddress,
  type TransferRequestV2,
  type TreePath,
} from '@peerlane/protocol';
import { fakePeer } from './peers.ts';

/** The SHA-256 of bytes, in hexadecimal digits. */
export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The line of a file in a tree. */
export function fileLine(path: TreePath, content: string | Uint8Array, about: object = {}): object {
  const size = Buffer.byteLength(content);
  return { path, kind: 'file', size, mtime: 0, digest: digestOf(content), ...about };
}

/** The line of a folder in a tree. */
export function folderLine(...path: TreePath): object {
  return { path, kind: 'folder' };
}

/** What a fake peer answers. */
export interface TreePeerOptions {
  /** The lines of a tree, or of the page with a number. */
  readonly tree: readonly object[] | ((page: number) => readonly object[]);
  /** The cursor after a page; without it, there is one page. */
  readonly cursor?: (page: number) => string | undefined;
  /** The content of a file, or the error in its place. */
  readonly content?: (path: TreePath) => string | Uint8Array | { readonly error: string };
  /** Answers what it answers by itself, instead of the above; false if it does not. */
  readonly answer?: (request: TransferRequestV2, socket: Socket) => boolean;
}

/** Sends an answer with its data. */
export function send(socket: Socket, data: Uint8Array, about: object = {}): void {
  socket.write(encodeTransferAnswer({ length: data.length, ...about }));
  socket.write(data);
}

/** The bytes of a pack. */
export function packOf(
  parts: readonly (string | Uint8Array | { readonly error: string })[],
): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      if (typeof part === 'object' && 'error' in part) return [encodePackLine(part)];
      const content = Buffer.from(part as string);
      return [encodePackLine({ size: content.length }), content];
    }),
  );
}

/** Starts a fake peer. */
export function treePeer(options: TreePeerOptions): Promise<PeerAddress> {
  const { tree, cursor, content = () => ({ error: 'not-found' }), answer } = options;
  return fakePeer((request, socket) => {
    if (answer?.(request, socket)) return;
    if (request.want === 'tree') {
      const page = Number(request.cursor?.match(/\d+/)?.[0] ?? 0);
      const lines = typeof tree === 'function' ? tree(page) : tree;
      const next = cursor?.(page);
      const data = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      send(socket, data, next === undefined ? {} : { cursor: next });
    } else if (request.want === 'pack') {
      send(socket, packOf((request.entries ?? []).map(content)));
    } else {
      const refusal = { error: { code: 'not-found', message: 'there is no such file' } };
      socket.write(encodeTransferAnswer(refusal));
    }
  });
}
