import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { RemoteManifest } from './remote-manifest.ts';
import type { PeerConnection } from '../connection/peer-connection.ts';
import type { Source } from './swarm-options.ts';
import type { UnfinishedKey } from '../storage/unfinished-name.ts';

/** A source that has begun to tell what the file is. */
export interface Lead {
  readonly source: Source;
  readonly connection: PeerConnection;
  readonly manifest: RemoteManifest;
  /** What is left of the file is kept under. */
  readonly key: UnfinishedKey;
}

/**
 * Lets a source say what a file is. The connection is closed where it does not.
 *
 * @param root which content is wanted; `undefined` for whatever the source has
 * @throws what {@link RemoteManifest.request} throws
 */
export async function follow(
  source: Source,
  connection: PeerConnection,
  filename: string,
  root: string | undefined,
  clock: Clock,
): Promise<Lead> {
  try {
    const manifest = await RemoteManifest.request(connection, filename, root, clock);
    // Who knows the root has all the digests at hand.
    if (manifest.claimedRoot !== undefined) await manifest.whole;
    const name = createHash('sha256').update(`${filename}\n${manifest.size}`).digest('hex');
    const key = { name: name.slice(0, 16), root: root ?? manifest.claimedRoot };
    return { source, connection, manifest, key };
  } catch (error) {
    connection.close();
    throw error;
  }
}
