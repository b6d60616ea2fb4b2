// The two sides of `bench folder` that use the library, each for a process of its own.
import { performance } from 'node:perf_hooks';
import type { PeerAddress } from '@peerlane/protocol';
import { downloadTree, openLibrary, startFileServer } from '@peerlane/tcp-transfer';

/** A server of the library, and the process that it is in. */
export interface TreeServer {
  readonly address: PeerAddress;
  readonly pid: number;
}

/** Serves a folder as a whole. */
export async function treeServer(input: { folder: string; host?: string }): Promise<TreeServer> {
  const { folder, host = '127.0.0.1' } = input;
  const server = await startFileServer({ library: await openLibrary([folder]), host });
  return { address: server.address, pid: process.pid };
}

/** What the download of a folder took, and what of it was fetched. */
export interface TreeRun {
  readonly seconds: number;
  readonly fetchedFiles: number;
  readonly fetchedBytes: number;
}

/** Downloads a folder from all holders together. */
export async function treeClient(input: {
  addresses: readonly PeerAddress[];
  folder: string;
  into: string;
  sync: boolean;
}): Promise<TreeRun> {
  const { addresses, ...rest } = input;
  const sources = addresses.map((address) => ({ address }));
  const begun = performance.now();
  const { problems, ...done } = await downloadTree({ ...rest, sources });
  const seconds = (performance.now() - begun) / 1000;
  if (problems > 0) throw new Error(`${problems} entries did not come`);
  const { fetchedFiles, fetchedBytes } = done;
  return { seconds, fetchedFiles, fetchedBytes };
}
