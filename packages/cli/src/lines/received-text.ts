// Says where a downloaded file is.
import { basename } from 'node:path';
import type { NodeDownload } from '../node/get-into-folder.ts';
import { sizeText } from '../text/figures.ts';

/** One line for a download of `name`. */
export function receivedText(
  { path, size, created, leftAlone }: NodeDownload,
  name: string,
): string {
  const shown = basename(path);
  if (leftAlone) return `Left "${shown}" alone: a file of that name already exists.`;
  if (!created) return `You already have "${shown}".`;
  const renamed = shown === name ? '' : `, as "${shown}"`;
  return `Received "${name}" (${sizeText(size)})${renamed}.`;
}
