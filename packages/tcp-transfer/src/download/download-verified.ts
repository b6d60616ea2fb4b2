// `downloadVerified`: one file, from many peers of version 2.
import { keepingAlive } from '../async.ts';
import { checkRoot } from '../check-options.ts';
import { DownloadFolder } from '../storage/download-folder.ts';
import { checkTargetName } from '../storage/target-name.ts';
import { OrderedOutput } from '../swarm/ordered-output.ts';
import type { Source } from '../swarm/swarm-options.ts';
import { VerifiedDownloader } from './verified-downloader.ts';
import {
  targetName,
  type VerifiedDownload,
  type VerifiedDownloadOptions,
} from './verified-options.ts';

/**
 * Downloads one file from all sources that have it, and verifies each piece. What arrived before a
 * download failed or was aborted stays in the hidden folder `.peerlane` inside `into`, for a later
 * download to go on with, unless `keepUnfinished` is false.
 *
 * @throws ProtocolError `bad-filename`; RangeError for limits out of range and a bad `root`; TransferError: that of the
 * last source if all have failed, `no-file` if there was none, `no-space`, `disk`, `exists`; ProtocolError
 * `bad-address` if the last source has a malformed address; the reason of an aborted `signal`
 * @see docs/protocol.md, "Version 2"
 */
export async function downloadVerified<S extends Source>(
  options: VerifiedDownloadOptions<S>,
): Promise<VerifiedDownload> {
  const { into, signal } = options;
  if (!(into instanceof OrderedOutput)) checkTargetName({ filename: targetName(options) });
  checkRoot(options.root);
  signal?.throwIfAborted();
  return keepingAlive(async () => {
    const target =
      into instanceof OrderedOutput ? into : await DownloadFolder.open(into, options.existing);
    try {
      if (target instanceof DownloadFolder) await target.verifyName(targetName(options));
      const download = new VerifiedDownloader(options, target);
      return await download.run().finally(() => download.close());
    } finally {
      if (target instanceof DownloadFolder) await target.release();
    }
  });
}
