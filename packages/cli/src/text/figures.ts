// Sizes, times, counts and rates as a person reads and writes them.

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A number of bytes in decimal units: `34 MB`. */
export function sizeText(bytes: number): string {
  const [value, unit] = scaled(bytes);
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]!}`;
}

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

/** `1 file`, `2 files`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A text such as `500k` or `2M` in bytes per second; `undefined` where it is no rate. */
export function parseRate(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([kMG]?)$/i.exec(text) ?? [];
  const rate = Number(digits) * 1000 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
  return digits === '' || rate < 1 ? undefined : rate;
}

function scaled(bytes: number): [value: number, unit: number] {
  let [value, unit] = [bytes, 0];
  while (Math.round(value) >= 1000 && unit < units.length - 1)
    [value, unit] = [value / 1000, unit + 1];
  return [value, unit];
}
