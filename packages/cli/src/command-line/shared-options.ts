// What several commands read alike.
import type { SettingName } from '../config/settings.ts';

export const json = {
  kind: 'switch',
  about: 'print one JSON event per line on standard output',
} as const;
export const peer = {
  kind: 'values',
  about: 'peers to ask, as HOST:PORT,HOST:PORT; may be repeated',
} as const;

/** The settings of a guest, which shares nothing and leaves when it is done. */
export const guestSettings: readonly SettingName[] = [
  ...(['host', 'cluster', 'lan', 'discovery', 'protocol', 'allow', 'keyFile', 'open'] as const),
];

/** The settings that say whose sends a node takes without a question. */
export const acceptSettings: readonly SettingName[] = ['acceptFrom', 'acceptMaxSize', 'acceptInto'];
