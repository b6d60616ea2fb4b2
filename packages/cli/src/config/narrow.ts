// The values of a configuration file that let others reach more than the defaults do.
import { settings, type SettingName } from './settings.ts';

/**
 * The commands that ignore such values. They do what their command line says and need no file, and one
 * in the working folder may come from an archive that was unpacked there.
 */
export const narrowCommands = [
  'share',
  'send',
  'receive',
  'get',
  'list',
  'search',
  'status',
  'invite',
  'join',
] as const;

const always = (): boolean => true;
const never = (): boolean => false;
const off = (value: unknown): boolean => value === false;

/**
 * Whether a value that is not the default is harmless: others reach no more of this node and of its files
 * than by default, and it asks nobody else.
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
  keyFile: never,
  open: off,
  limitUpload: always,
  acceptFrom: never,
  acceptMaxSize: never,
  acceptInto: never,
};

/** Whether a value lets others reach more: {@link narrowCommands} ignore it in a file. */
export function widens(name: SettingName, value: unknown): boolean {
  return !isDefault(name, value) && !narrow[name](value);
}

/** Whether a value is the one of a setting that no source has a value for. */
export function isDefault(name: SettingName, value: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(settings[name].fallback);
}
