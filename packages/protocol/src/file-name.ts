import { ProtocolError, excerpt } from './protocol-error.ts';
import { encodeText } from './text.ts';

/** The longest file name that is written to disk, in UTF-8 bytes. */
export const maxFileNameBytes = 255;

const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])[ ]*(?:\.|$)/i;

/**
 * Checks a name under which a file is to be written, and returns it unchanged. A good name has no
 * separator, is not `.` or `..`, holds no control character, is no device of Windows, and takes
 * 1 to 255 bytes.
 *
 * @throws ProtocolError `bad-file-name`
 * @see docs/protocol.md, "File names"
 */
export function checkFileName(name: string): string {
  const fault = faultOf(name);
  if (fault !== undefined) {
    throw new ProtocolError('bad-file-name', `a file name ${fault}, got ${excerpt(name)}`);
  }
  return name;
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  if (name === '.' || name === '..') return 'must not name a folder';
  if (/[/\\]/.test(name)) return 'must not hold a separator (/ or \\)';
  // eslint-disable-next-line no-control-regex -- refusing controls is what this is for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return 'must not hold control characters';
  if (!name.isWellFormed()) return 'must be well-formed Unicode';
  if (device.test(name)) return 'must not be a device name of Windows';
  if (encodeText(name).length > maxFileNameBytes)
    return `must be at most ${maxFileNameBytes} bytes`;
  return undefined;
}

/** What follows the last `/` of a requested name: `../hello.txt` asks for `hello.txt`. */
export function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
