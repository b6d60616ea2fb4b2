// Whether a source that sent another content says so itself: then its file changed, and it did not lie.
import type { TreeFile } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import { RemoteManifest } from '../swarm/remote-manifest.ts';
import { TransferError } from '../transfer-error.ts';

/**
 * Asks a source what the content of a file is now.
 *
 * @returns whether it is not that of the entry, or the file is gone
 * @throws what a request can fail with
 */
export async function saysChanged(
  connection: PeerConnection,
  folder: string,
  { path, digest, root }: TreeFile,
  clock: Clock,
): Promise<boolean> {
  try {
    const requested = { filename: folder, entry: path };
    const manifest = await RemoteManifest.request(connection, requested, undefined, clock);
    const known = await manifest.whole;
    if (root !== undefined) return known.root !== root;
    return (
      Buffer.from(known.manifest.digests).toString('hex') !== (manifest.size > 0 ? digest : '')
    );
  } catch (error) {
    if (TransferError.is(error) && (error.code === 'no-file' || error.code === 'changed'))
      return true;
    throw error;
  }
}
