// The tree of a folder: one line of JSON for each entry below it, in the order of their paths.
import { EntriesDecoder } from './entries-decoder.ts';
import * as field from './fields.ts';
import { JsonLine, type JsonLineResult } from './json-line.ts';
import { pieceLengthFor } from './manifest.ts';
import { ProtocolError } from './protocol-error.ts';
import { encodeText } from './text.ts';

/** The names from a folder down to one of its entries, at least one. Data: not safe to print, no path. */
export type TreePath = readonly string[];

/** A file in a tree. */
export interface TreeFile {
  readonly path: TreePath;
  readonly kind: 'file';
  /** In bytes. */
  readonly size: number;
  /** When the file was last changed, in milliseconds since 1970 (UTC): a time that `Date` can hold. */
  readonly mtime: number;
  /** Whether its owner may execute it. */
  readonly exec?: true;
  /** The SHA-256 of its content, if it has one piece at most: 64 hex digits. */
  readonly digest?: string;
  /** The root of its manifest, if it has more pieces: 64 hex digits. */
  readonly root?: string;
}

/** A folder in a tree. */
export interface TreeFolder {
  readonly path: TreePath;
  readonly kind: 'folder';
}

/** An entry that is in the folder but is not sent. */
export interface TreeOmission {
  readonly path: TreePath;
  readonly kind: 'omitted';
  /** Why: `link`, `special`, `unreadable`, `unnamable`, `changing`, or a word of a later version. Not safe to print. */
  readonly reason: string;
}

/** An entry of a tree. */
export type TreeEntry = TreeFile | TreeFolder | TreeOmission;

/** The most data that one answer to a request for a tree can have, in bytes. */
export const maxTreePageBytes: number = 1024 * 1024;

interface Line {
  readonly path: TreePath;
  readonly kind: string;
  readonly size?: number;
  readonly mtime?: number;
  readonly exec?: true;
  readonly digest?: string;
  readonly root?: string;
  readonly reason?: string;
}

const jsonLine = new JsonLine<Line>({
  path: field.path,
  kind: field.text,
  size: field.optional(field.byteCount),
  mtime: field.optional(field.time),
  exec: field.optional(field.flag),
  digest: field.optional(field.digest),
  root: field.optional(field.digest),
  reason: field.optional(field.text),
});

/** The largest file with one piece, in bytes. */
const onePiece: number = pieceLengthFor(0)!;

/** Whether a file of a size is known in a tree by its `digest`, and not by a `root`. */
export function isOnePiece(size: number): boolean {
  return size <= onePiece;
}

/**
 * Encodes one entry as its line, including the line feed.
 *
 * @throws ProtocolError `not-encodable`
 * @see docs/protocol.md, "Tree"
 */
export function encodeTreeEntry(entry: TreeEntry): Uint8Array<ArrayBuffer> {
  return encodeText(treeLine(entry));
}

/** {@link encodeTreeEntry} as text: of many lines that are sent together, each need not have its own bytes. */
export function treeLine(entry: TreeEntry): string {
  const line = jsonLine.encode(entry);
  const fault = entry.kind === 'file' ? faultOf(entry) : undefined;
  if (fault !== undefined) throw new ProtocolError('not-encodable', fault);
  return `${line}\n`;
}

/**
 * Reads the data of one answer to a request for a tree, as {@link EntriesDecoder} does. An entry of an
 * unknown kind is one that is omitted. The names in a path are any text: see {@link checkTreePath}.
 *
 * @see docs/protocol.md, "Tree"
 */
export class TreeDecoder extends EntriesDecoder<TreeEntry> {
  constructor() {
    super('a tree', (line) => {
      const decoded = jsonLine.decode(line);
      return 'fault' in decoded ? decoded : entryOf(decoded.value);
    });
  }
}

function entryOf(line: Line): JsonLineResult<TreeEntry> {
  const { path, kind, size, mtime, exec, digest, root, reason } = line;
  if (kind === 'folder') return { value: { path, kind } };
  if (kind !== 'file') return { value: { path, kind: 'omitted', reason: reason ?? kind } };
  const fault = faultOf(line);
  if (fault !== undefined) return { fault };
  const known = isOnePiece(size!) ? { digest: digest! } : { root: root! };
  const file = { path, kind, size: size!, mtime: mtime!, ...known } as const;
  return { value: exec ? { ...file, exec } : file };
}

/** What the line of a file lacks. */
function faultOf({ size, mtime, digest, root }: Omit<Line, 'path' | 'kind'>): string | undefined {
  if (size === undefined || mtime === undefined) return 'expected a size and an mtime of a file';
  if (isOnePiece(size))
    return digest === undefined ? 'expected a digest of a file of one piece' : undefined;
  return root === undefined ? 'expected a root of a file of several pieces' : undefined;
}
