// Sizes, times, counts and rates as a person reads and writes them.
import { sizeText } from '@peerlane/tcp-transfer';

export { sizeText };

/** A number of seconds as a clock shows it: `1:05`, `2:00:00`. */
export function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const padded = (part: number): string => String(part).padStart(2, '0');
  return h > 0 ? `${h}:${padded(m)}:${padded(s)}` : `${m}:${padded(s)}`;
}

/** `12 files (34 MB)`. */
export function filesText(files: number, bytes: number | undefined): string {
  const size = bytes === undefined || files === 0 ? '' : ` (${sizeText(bytes)})`;
  return `${counted(files, 'file')}${size}`;
}

/** `12 files (34 MB) in 3 folders`. */
export function sharedText({
  files,
  bytes,
  folders,
}: {
  readonly files: number;
  readonly bytes?: number | undefined;
  readonly folders: number;
}): string {
  const where = folders === 0 ? '' : ` in ${counted(folders, 'folder')}`;
  return filesText(files, bytes) + where;
}

/** A whole number as it is read: `340`, `10,000`. */
export function numberText(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 file`, `2 files`, `10,000 files`. */
export function counted(count: number, what: string): string {
  return `${numberText(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** A text such as `500k` or `2M` in bytes per second; `undefined` if it is no rate. */
export function parseRate(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([kMG]?)$/i.exec(text) ?? [];
  const rate = Number(digits) * 1000 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
  return digits === '' || rate < 1 ? undefined : rate;
}
