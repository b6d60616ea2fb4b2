import { inspect } from 'node:util';
import { isDigest } from '@peerlane/protocol';

/** What is known of a file that this node has. */
export interface FileInfo {
  /** In bytes. */
  readonly size?: number | undefined;
  /** What identifies its content: 64 hexadecimal digits. */
  readonly root?: string | undefined;
}

/**
 * Whether a node has a file of that name, and what is known of it. The name is what was asked for
 * without its path, never empty: text from the network, in which anything may be.
 */
export type HasFile = (filename: string) => boolean | FileInfo | Promise<boolean | FileInfo>;

/**
 * What a {@link HasFile} said; `undefined` where there is no such file.
 *
 * @throws TypeError for what it must not say
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
