// Checks the name that a download is to be saved under.
import { checkFilename, ProtocolError, visibleText } from '@peerlane/protocol';

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
