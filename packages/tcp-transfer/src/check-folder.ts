import { stat } from 'node:fs/promises';
import { TransferError } from './transfer-error.ts';

/** @throws TransferError `disk` where there is no such folder to download into */
export async function checkFolder(path: string): Promise<void> {
  const status = await stat(path).catch((cause: unknown) => {
    throw new TransferError('disk', `cannot download into ${path}: ${(cause as Error).message}`, {
      cause,
    });
  });
  if (!status.isDirectory())
    throw new TransferError('disk', `cannot download into ${path}: it is not a folder`);
}
