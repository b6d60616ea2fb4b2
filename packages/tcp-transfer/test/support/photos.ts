// Folders for tests of their download: real ones that are served, and what arrived of them.
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TreeDownload } from '../../src/index.ts';
import { downloadTree } from '../../src/tree-download/download-tree.ts';
import type { TreeDownloadOptions, TreeProblem } from '../../src/tree-download/tree-options.ts';
import { FakeFolder } from './fake-folders.ts';
import { serving } from './folder-client.ts';
import { temporaryFolder } from './helpers.ts';
import type { FileServer, FileServerOptions } from '../../src/index.ts';

/** What a folder holds: a text or bytes for a file, `null` for an empty folder. */
export type Contents = Readonly<Record<string, string | Uint8Array | null>>;

/** A modification time that no file has by chance, in seconds. */
export const oldTime = 1_600_000_000;

/** Makes files by their paths; one whose name ends in `.sh` may be executed. */
export async function fill(path: string, contents: Contents): Promise<void> {
  for (const [name, content] of Object.entries(contents)) {
    const place = join(path, name);
    await mkdir(content === null ? place : dirname(place), { recursive: true });
    if (content === null) continue;
    await writeFile(place, content);
    if (name.endsWith('.sh')) await chmod(place, 0o755);
    await utimes(place, oldTime, oldTime);
  }
}

/** Serves a folder `photos` of these contents. */
export async function servingTree(
  contents: Contents,
  options?: Partial<FileServerOptions>,
): Promise<{ readonly server: FileServer; readonly path: string; readonly folder: FakeFolder }> {
  const path = await temporaryFolder();
  await fill(path, contents);
  const folder = new FakeFolder(path, 'photos');
  return { server: await serving([folder], options), path, folder };
}

/** What a folder holds, with times and executable bits; hidden names are left out. */
export async function holds(path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const place = join(entry.parentPath, entry.name);
    const name = place.slice(path.length + 1);
    if (name.split('/').some((part) => part.startsWith('.'))) continue;
    const { mode, mtimeMs } = await stat(place);
    found[name] = entry.isDirectory()
      ? 'folder'
      : `${(await readFile(place)).toString('latin1')} ${Math.round(mtimeMs)} ${mode & 0o100 ? 'x' : '-'}`;
  }
  return found;
}

/** What came of a download, and what was told meanwhile. */
export interface Outcome {
  readonly result: TreeDownload;
  readonly into: string;
  readonly problems: readonly TreeProblem[];
  /** The ports of the sources that were lost, with the codes of the errors. */
  readonly lost: readonly (readonly [number, string | undefined])[];
}

/** Downloads `photos`, by default into a new folder and without waiting for the disk. */
export async function downloadPhotos(
  options: Partial<TreeDownloadOptions> & Pick<TreeDownloadOptions, 'sources'>,
): Promise<Outcome> {
  const into = options.into ?? (await temporaryFolder());
  const problems: TreeProblem[] = [];
  const lost: [number, string | undefined][] = [];
  const result = await downloadTree({
    folder: 'photos',
    sync: false,
    ...options,
    into,
    onProblem: (problem) => problems.push(problem),
    onLost: ({ address }, error) => {
      lost.push([address.port, (error as { code?: string }).code]);
    },
  });
  return { result, into, problems, lost };
}
