// The paths in a tree: which of them can be written, their order, and what the root of a tree is made of.
import { checkFilename } from './filename.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';
import { encodeText, isLongerThan } from './text.ts';
import type { TreeEntry, TreePath } from './tree-entry.ts';

/** The most names in a path. */
export const maxTreeDepth = 64;

/** The longest path, in bytes of UTF-8, with one byte between two names. */
export const maxTreePathBytes = 4096;

/** The most entries in a tree. */
export const maxTreeEntries = 1_000_000;

/**
 * Checks a path of a tree before something is written under it, and returns it unchanged: 1 to 64 names
 * as {@link checkFilename} allows them, none of them hidden, and 4,096 bytes at most.
 *
 * @param checked how many of the first names were checked before
 * @throws ProtocolError `bad-filename`
 * @see docs/protocol.md, "Tree"
 */
export function checkTreePath(path: TreePath, checked = 0): TreePath {
  if (path.length === 0 || path.length > maxTreeDepth)
    throw fault(`must have 1 to ${maxTreeDepth} names`, path);
  if (isLongerThan(maxTreePathBytes, path.join('/')))
    throw fault(`must have at most ${maxTreePathBytes} bytes`, path);
  for (let index = checked; index < path.length; index += 1) {
    const name = path[index]!;
    checkFilename(name);
    if (name.startsWith('.')) throw fault('must not hold a hidden name', path);
  }
  return path;
}

function fault(rule: string, path: TreePath): ProtocolError {
  return new ProtocolError('bad-filename', `a path ${rule}, got ${excerpt(path.join('/'))}`);
}

/**
 * Compares two paths: name by name in the order of UTF-16 code units, a folder before what is in it.
 *
 * @see docs/protocol.md, "Tree"
 */
export function compareTreePaths(one: TreePath, other: TreePath): number {
  for (let index = 0; index < one.length; index += 1) {
    const name = one[index]!;
    const against = other[index];
    if (against === undefined) return 1;
    if (name !== against) return name < against ? -1 : 1;
  }
  return one.length - other.length;
}

const rootPrefix = encodeText('peerlane tree 1\n');
const letters = { file: 0x66, folder: 0x64 } as const;

/** The most bytes that a code unit of a name takes, and the bytes of a part beside its names. */
const [mostOfUnit, otherBytes] = [3, 45];

const encoder = new TextEncoder();
const nothing = new Uint8Array();

/**
 * The bytes whose SHA-256 is the root of a tree, in parts: first the part for `undefined`, then one for
 * each entry in order. An omitted entry has an empty one.
 *
 * @see docs/protocol.md, "Tree"
 */
export function encodeTreeRootPart(entry: TreeEntry | undefined): Uint8Array<ArrayBuffer> {
  if (!entry) return rootPrefix.slice();
  if (entry.kind === 'omitted') return nothing;
  const part = new Uint8Array(mostRootBytes(entry));
  return part.subarray(0, writeTreeRootPart(entry, part, 0));
}

/**
 * Writes the part of an entry into memory, see {@link encodeTreeRootPart}: a million parts are collected so.
 *
 * @returns where it ends; `undefined` if it might not fit
 */
export function writeTreeRootPart(
  entry: TreeEntry,
  part: Uint8Array,
  start: number,
): number | undefined {
  if (entry.kind === 'omitted') return start;
  if (start + mostRootBytes(entry) > part.length) return undefined;
  const { path, kind } = entry;
  part[start] = letters[kind];
  setUint32(part, start + 1, path.length);
  let at = start + 5;
  for (const name of path) {
    const length = writeName(name, part, at + 4);
    setUint32(part, at, length);
    at += 4 + length;
  }
  if (kind === 'folder') return at;
  setUint32(part, at, Math.floor(entry.size / 2 ** 32));
  setUint32(part, at + 4, entry.size);
  const hex = entry.digest ?? entry.root ?? '';
  at += 8;
  for (let digit = 0; digit < hex.length; digit += 2, at += 1)
    part[at] = (hexDigit(hex, digit) << 4) | hexDigit(hex, digit + 1);
  return at;
}

function mostRootBytes({ path }: TreeEntry): number {
  let most = otherBytes;
  for (const name of path) most += 4 + mostOfUnit * name.length;
  return most;
}

/** Writes a name in UTF-8, and returns its length. */
function writeName(name: string, bytes: Uint8Array, start: number): number {
  // The encoder takes longer for a short name than this loop, which ends at the first other letter.
  for (let index = 0; index < name.length; index += 1) {
    const unit = name.charCodeAt(index);
    if (unit >= 0x80) return encoder.encodeInto(name, bytes.subarray(start)).written;
    bytes[start + index] = unit;
  }
  return name.length;
}

function setUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** A digit of 0 to 9 or a to f. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 0x60 ? code - 0x30 : code - 0x57;
}
