// The paths in a tree: which of them can be written, their order, and what the root of a tree is made of.
import { checkFilename } from './filename.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';
import { encodeText } from './text.ts';
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
  if (encodeText(path.join('/')).length > maxTreePathBytes)
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
  for (const [index, name] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    if (name !== against) return name < against ? -1 : 1;
  }
  return one.length - other.length;
}

const rootPrefix = encodeText('peerlane tree 1\n');
const letters = { file: 0x66, folder: 0x64 } as const;

/**
 * The bytes whose SHA-256 is the root of a tree, in parts: first the part for `undefined`, then one for
 * each entry in order. An omitted entry has an empty one.
 *
 * @see docs/protocol.md, "Tree"
 */
export function encodeTreeRootPart(entry: TreeEntry | undefined): Uint8Array<ArrayBuffer> {
  if (!entry) return rootPrefix.slice();
  if (entry.kind === 'omitted') return new Uint8Array();
  const names = entry.path.map(encodeText);
  const content = entry.kind === 'file' ? 8 + digestHex(entry).length / 2 : 0;
  const length = names.reduce((sum, name) => sum + 4 + name.length, 5) + content;
  const part = new Uint8Array(length);
  const view = new DataView(part.buffer);
  part[0] = letters[entry.kind];
  view.setUint32(1, names.length);
  let at = 5;
  for (const name of names) {
    view.setUint32(at, name.length);
    part.set(name, at + 4);
    at += 4 + name.length;
  }
  if (entry.kind === 'file') {
    view.setBigUint64(at, BigInt(entry.size));
    const hex = digestHex(entry);
    for (let digit = 0; digit < hex.length; digit += 2)
      part[at + 8 + digit / 2] = Number.parseInt(hex.slice(digit, digit + 2), 16);
  }
  return part;
}

function digestHex({ digest, root }: { readonly digest?: string; readonly root?: string }): string {
  return digest ?? root ?? '';
}
