// `p2p config`: shows every setting and where its value comes from.
import type { Invocation } from '../command-line/parse.ts';
import { valueText } from '../config/file-note.ts';
import { narrowCommands } from '../config/narrow.ts';
import { settingNames } from '../config/settings.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import type { SettingEvent } from '../events/json-events.ts';
import type { KeySource, LoadedKeys } from '../keys/key-source.ts';
import { table } from '../text/table.ts';
import { configured } from '../command-line/configured.ts';
import { Report } from '../output/report.ts';

/** Runs `p2p config`. */
export async function run(invocation: Invocation<'config'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    const { config, origins, file, keys, keySource } = await configured(invocation, io, (line) => {
      report.note(line);
    });
    const found = settingNames.map((name): SettingEvent => {
      const value = config[name] ?? null;
      const notFor = file?.widens.includes(name) ? { notFor: narrowCommands } : {};
      return { event: 'setting', name, value, from: origins[name], ...notFor };
    });
    found.push(keySetting(keys, keySource, origins.open));
    for (const each of found) report.event(each);
    const rows = found.map(({ name, value, from, notFor }) => [
      name,
      valueText(value ?? undefined),
      notFor ? `${from} (not for ${notFor.join(', ')})` : from,
    ]);
    report.say(table(rows));
    return exitCodes.done;
  } catch (error) {
    return report.fail(error);
  }
}

/**
 * The keys in use, by their ids: what they are is shown by `p2p key show` alone. Without any, the file that
 * would have them, so that a person knows where to copy one.
 */
function keySetting(
  keys: LoadedKeys | undefined,
  source: KeySource | undefined,
  openBy: string,
): SettingEvent {
  if (!keys) return { event: 'setting', name: 'key', value: null, from: source?.from ?? openBy };
  const ids = keys.keyring.keys.map(({ id }) => id);
  return { event: 'setting', name: 'key', value: ids, from: keys.from };
}
