// Checks the name that a download is to be saved under.
import { open, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkFilename, ProtocolError, visibleText } from '@peerlane/protocol';
import type { HeldFolder } from '../paths/held-folder.ts';
import { isSamePath } from '../paths/same-path.ts';
import { ownIdentity } from '../leftovers/process-identity.ts';
import { TransferError } from '../transfer-error.ts';
import { unfinishedName } from '../leftovers/unfinished-name.ts';
import { unlink } from '../leftovers/while-busy.ts';

/** The name that a download is requested by, and the name that it is saved under. */
export interface TargetName {
  readonly filename: string;
  /** @default `filename` */
  readonly saveAs?: string | undefined;
}

/**
 * Checks the name that a download is to be saved under, before any peer is asked. Windows changes the
 * meaning of some names that are valid elsewhere: a colon begins a stream of another file, and dots
 * and blanks at the end are left out, so that `setup.exe.` becomes a program.
 *
 * @throws ProtocolError `bad-filename`
 */
export function checkTargetName(
  { filename, saveAs = filename }: TargetName,
  platform: NodeJS.Platform = process.platform,
): void {
  checkFilename(saveAs);
  const fault = platform === 'win32' ? faultOnWindows(saveAs) : undefined;
  if (fault === undefined) return;
  throw new ProtocolError(
    'bad-filename',
    `a file name on Windows must not ${fault}, got "${visibleText(saveAs)}"`,
  );
}

function faultOnWindows(name: string): string | undefined {
  if (/[<>:"|?*]/.test(name)) return 'hold < > : " | ? *';
  if (/[. ]$/.test(name)) return 'end with a dot or a blank';
  return undefined;
}

/**
 * Checks that the disk of a hidden folder takes a name, by making an empty file of that name there. A
 * name is refused only by a disk that takes another one at the same moment.
 *
 * @throws TransferError `disk` if the disk does not take the name, or changes it
 */
export async function verifyNameOnDisk(hidden: HeldFolder, name: string): Promise<void> {
  const tried = await tryName(hidden, name);
  if (tried === 'kept') return;
  if (tried === 'refused' && (await tryName(hidden, unfinishedName(ownIdentity()))) !== 'kept')
    return;
  throw new TransferError(
    'disk',
    `the disk of ${dirname(hidden.path)} cannot hold a file of the name "${visibleText(name)}": save it under another name`,
  );
}

async function tryName(hidden: HeldFolder, name: string): Promise<'kept' | 'changed' | 'refused'> {
  const path = hidden.at(name);
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    // Another download tries the same name.
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'kept' : 'refused';
  }
  const names = await readdir(hidden.anchor).catch(() => [name]);
  await unlink(path).catch(() => undefined);
  return names.some((found) => isSamePath(found, name)) ? 'kept' : 'changed';
}
