// File names: which of them a file can be written under, and the base name of a requested one.
import { ProtocolError, excerpt } from './protocol-error.ts';
import { isLongerThan } from './text.ts';

/** The longest name that a file is written under, in bytes of UTF-8. */
export const maxFilenameBytes = 255;

const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])[ ]*(?:\.|$)/i;

/**
 * Checks a name before a file is written under it, and returns it unchanged. The name must have 1
 * to 255 bytes, no separator and no control character, and must not be `.`, `..` or the name of a
 * Windows device.
 *
 * @throws ProtocolError `bad-filename`
 * @see docs/protocol.md, "File names"
 */
export function checkFilename(filename: string): string {
  const fault = faultOf(filename);
  if (fault !== undefined) {
    throw new ProtocolError('bad-filename', `a file name ${fault}, got ${excerpt(filename)}`);
  }
  return filename;
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  if (name === '.' || name === '..') return 'must not name a folder';
  if (/[/\\]/.test(name)) return 'must not hold a separator (/ or \\)';
  // eslint-disable-next-line no-control-regex -- refusing controls is what this is for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return 'must not hold control characters';
  if (!name.isWellFormed()) return 'must be well-formed Unicode';
  if (device.test(name)) return 'must not be a device name of Windows';
  if (isLongerThan(maxFilenameBytes, name)) return `must be at most ${maxFilenameBytes} bytes`;
  return undefined;
}

/**
 * The part of a requested name after its last `/`: `../hello.txt` asks for `hello.txt`.
 *
 * @see docs/protocol.md, "Get"
 */
export function baseName(filename: string): string {
  return filename.slice(filename.lastIndexOf('/') + 1);
}
