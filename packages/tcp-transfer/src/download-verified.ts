import type { Manifest } from '@peerlane/protocol';
import { DownloadFolder } from './download-folder.ts';
import type { WrittenFile } from './file-identity.ts';
import type { Download, DownloadProgress } from './download.ts';
import type { PeerConnectionOptions } from './peer-connection.ts';
import type { PieceHasher } from './piece-hasher.ts';
import type { Existing } from './place-file.ts';
import type { Source } from './swarm-options.ts';
import { checkTargetName } from './target-name.ts';
import { VerifiedDownloading } from './verified-downloading.ts';

/** What is to be downloaded, from whom, and into which folder. */
export interface VerifiedDownloadOptions extends PeerConnectionOptions {
  /** Who may have the file, all speaking version 2; more may come while it is downloaded. */
  readonly sources: AsyncIterable<Source>;
  /** The file's name, under which it is asked for. */
  readonly filename: string;
  /** The folder that the file is written to; it must exist. */
  readonly into: string;
  /**
   * The name under which it is saved.
   * @default `filename`
   */
  readonly saveAs?: string | undefined;
  /**
   * Which content is wanted: 64 hex digits.
   * @default that of the first source
   */
  readonly root?: string | undefined;
  /** What hashes the pieces. */
  readonly hasher: PieceHasher;
  /**
   * Whether the file is on the disk itself when it gets its name.
   * @default true
   */
  readonly sync?: boolean;
  /**
   * What is done where another file has the name already.
   * @default 'rename'
   */
  readonly existing?: Existing | undefined;
  /**
   * How much is received at most, from all sources together, in bytes per second.
   * @default as much as comes
   */
  readonly limitRate?: number | undefined;
  /** Called as pieces are there and right. */
  readonly onProgress?: ((progress: VerifiedProgress) => void) | undefined;
  /** Called where a source is asked no more, and why. */
  readonly onLost?: ((source: Source, error: Error) => void) | undefined;
  /** Called where a source has other content under the name: it is left alone. */
  readonly onOther?: ((source: Source) => void) | undefined;
}

/** How far a download is. */
export interface VerifiedProgress extends DownloadProgress {
  /** How many sources it comes from. */
  readonly sources: number;
}

/** A file that was downloaded and verified. */
export interface VerifiedDownload extends Download {
  /** 64 hex digits. */
  readonly root: string;
  readonly manifest: Manifest;
  /** What was written, unless a file of the same content was there. */
  readonly written?: WrittenFile;
}

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
  const folder = await DownloadFolder.open(into, options.existing);
  try {
    const download = new VerifiedDownloading(options, folder);
    return await download.run().finally(() => {
      download.close();
    });
  } finally {
    await folder.release();
  }
}
