// `downloadTree`: a whole folder, from many peers of version 2.
import { checkFilename } from '@peerlane/protocol';
import { keepingAlive } from '../async.ts';
import { checkRoot } from '../check-options.ts';
import { PieceHasher } from '../hashing/piece-hasher.ts';
import { checkTargetName } from '../storage/target-name.ts';
import type { Source } from '../swarm/swarm-options.ts';
import { TreeTarget } from '../tree-target/tree-target.ts';
import { TreeDownloader } from './tree-downloader.ts';
import type { TreeDownload, TreeDownloadOptions } from './tree-options.ts';

/**
 * Downloads a folder from all sources that have it, and verifies each file. What is there already is not
 * fetched: after a failure the same call goes on with what is missing. What cannot be had is told by
 * `onProblem`, and the rest comes.
 *
 * @throws ProtocolError `bad-filename`; RangeError for limits out of range and a bad `root`; TransferError:
 * that of the last source if all have failed, `no-file` if there was none, `no-space`, `disk`, `exists` if
 * something else than a folder has the name; the reason of an aborted `signal`
 * @see docs/protocol.md, "Folders"
 */
export async function downloadTree<S extends Source>(
  options: TreeDownloadOptions<S>,
): Promise<TreeDownload> {
  const { folder, into, existing, sync, signal } = options;
  const saveAs = options.saveAs ?? folder.split('/').findLast((name) => name !== '') ?? '';
  checkTargetName({ filename: checkFilename(saveAs) });
  checkRoot(options.root);
  signal?.throwIfAborted();
  return keepingAlive(async () => {
    const hasher = options.hasher ?? new PieceHasher();
    const download = new TreeDownloader(options);
    let target: TreeTarget | undefined;
    const open = async (): Promise<TreeTarget> =>
      (target = await TreeTarget.open(into, saveAs, {
        ...{ existing, hasher, signal },
        ...(sync !== undefined && { sync }),
      }));
    try {
      const result = await download.run(open, hasher);
      await target!.finish();
      return { path: target!.path, ...result };
    } finally {
      download.close();
      await target?.close();
      if (!options.hasher) await hasher.close();
    }
  });
}
