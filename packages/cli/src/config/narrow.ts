import { settings, type SettingName } from './settings.ts';

/**
 * The commands that do what their command line says and need no file for it. One that they find in the
 * working folder may have come with an archive: it widens nothing for them.
 */
export const narrowCommands = ['share', 'get', 'list', 'search', 'status'] as const;

const always = (): boolean => true;
const never = (): boolean => false;
const off = (value: unknown): boolean => value === false;

/**
 * Whether a value that is not the default lets nobody reach more than that does: neither this node, nor
 * the files that it shares, nor what it asks for.
 */
const narrow: Readonly<Record<SettingName, (value: unknown) => boolean>> = {
  host: (value) => /^127(?:\.\d+){3}$|^::1$/.test(String(value)),
  port: always,
  tcpPort: always,
  period: always,
  waiting: always,
  folder: never,
  cluster: never,
  lan: off,
  discovery: off,
  name: always,
  catalog: always,
  protocol: always,
  allow: never,
};

/** Whether a value widens who reaches what: {@link narrowCommands} take none such from a file. */
export function widens(name: SettingName, value: unknown): boolean {
  return !isDefault(name, value) && !narrow[name](value);
}

/** Whether a value is what holds where no source says anything. */
export function isDefault(name: SettingName, value: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(settings[name].fallback);
}
