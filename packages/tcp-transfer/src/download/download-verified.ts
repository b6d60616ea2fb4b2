import { DownloadFolder } from '../storage/download-folder.ts';
import { checkTargetName } from '../storage/target-name.ts';
import { VerifiedDownloader } from './verified-downloader.ts';
import type { VerifiedDownload, VerifiedDownloadOptions } from './verified-options.ts';

/**
 * Downloads one file from all who have it, each piece verified. What is broken off goes on later with
 * the pieces that are there.
 *
 * @throws ProtocolError `bad-filename`; RangeError for limits that make no sense; TransferError: that
 * of the last source where all have failed, `no-file` where there was none, `no-space`, `disk`,
 * `exists`; the reason of an aborted `signal`
 * @see docs/protocol.md, "Version 2"
 */
export async function downloadVerified(
  options: VerifiedDownloadOptions,
): Promise<VerifiedDownload> {
  const { into, signal } = options;
  checkTargetName(options);
  signal?.throwIfAborted();
  const folder = await DownloadFolder.open(into);
  try {
    const download = new VerifiedDownloader(options, folder);
    return await download.run().finally(() => {
      download.close();
    });
  } finally {
    await folder.release();
  }
}
