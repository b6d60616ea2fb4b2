// The answer of the callback that looks for files, and the check of it.
import { inspect } from 'node:util';
import { isDigest } from '@peerlane/protocol';

/** The facts that are known of a file or a folder that this node has. */
export interface FileInfo {
  /** In bytes; of a folder: of all files in it. */
  readonly size?: number | undefined;
  /** Identifies its contents, those of a folder by its tree: 64 hexadecimal digits. */
  readonly root?: string | undefined;
}

/**
 * Says whether a node has a file of that name, or a folder, and the facts that are known of it. The filename
 * is the one that was asked for: of a file without its path, of a folder with it, as far as it was asked for.
 * It is never empty, and may hold any text.
 */
export type HasFile = (filename: string) => boolean | FileInfo | Promise<boolean | FileInfo>;

/**
 * The facts that a {@link HasFile} returned; `undefined` if there is no such file.
 *
 * @throws TypeError for a value that it must not return
 */
export function fileInfo(found: unknown): FileInfo | undefined {
  if (typeof found === 'boolean') return found ? {} : undefined;
  if (typeof found !== 'object' || found === null)
    throw new TypeError(`hasFile gave ${inspect(found)}: expected a boolean or { size, root }`);
  const { size, root } = found as { readonly size?: unknown; readonly root?: unknown };
  if (size !== undefined && !isSize(size))
    throw new TypeError(`hasFile gave a size of ${inspect(size)}: expected a number of bytes`);
  if (root !== undefined && !isDigest(root))
    throw new TypeError(`hasFile gave a root of ${inspect(root)}: expected 64 hexadecimal digits`);
  return { size, root };
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
