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
 * @throws ProtocolError `bad-filename`
 * @see docs/protocol.md, "Tree"
 */
export function checkTreePath(path: TreePath): TreePath {
  if (path.length === 0 || path.length > maxTreeDepth)
    throw fault(`must have 1 to ${maxTreeDepth} names`, path);
  if (isLongerThan(maxTreePathBytes, path.join('/')))
    throw fault(`must have at most ${maxTreePathBytes} bytes`, path);
  for (const name of path) {
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
  const { path, kind } = entry;
  let most = otherBytes;
  for (const name of path) most += 4 + mostOfUnit * name.length;
  const part = new Uint8Array(most);
  part[0] = letters[kind];
  setUint32(part, 1, path.length);
  let at = 5;
  for (const name of path) {
    const { written } = encoder.encodeInto(name, part.subarray(at + 4));
    setUint32(part, at, written);
    at += 4 + written;
  }
  if (kind === 'folder') return part.subarray(0, at);
  setUint32(part, at, Math.floor(entry.size / 2 ** 32));
  setUint32(part, at + 4, entry.size);
  const hex = entry.digest ?? entry.root ?? '';
  at += 8;
  for (let digit = 0; digit < hex.length; digit += 2, at += 1)
    part[at] = (hexDigit(hex, digit) << 4) | hexDigit(hex, digit + 1);
  return part.subarray(0, at);
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
