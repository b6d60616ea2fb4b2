// Sizes as a person reads them.
const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A number of bytes in decimal units, such as `34 MB`. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (Math.round(value) >= 1000 && unit < units.length - 1)
    [value, unit] = [value / 1000, unit + 1];
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]!}`;
}
