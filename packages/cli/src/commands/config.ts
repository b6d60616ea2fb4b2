// `p2p config`: shows every setting and where its value comes from.
import type { Invocation } from '../command-line/parse.ts';
import { loadConfig, unknownVariables } from '../config/load-config.ts';
import { settingNames } from '../config/settings.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SettingEvent } from '../json-events.ts';
import { table } from '../output/table.ts';
import { Report } from './report.ts';

/** Runs `p2p config`. */
export async function run(invocation: Invocation<'config'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    for (const line of unknownVariables(io.env)) report.note(line);
    const { flags } = invocation;
    const { config, origins } = await loadConfig({ flags, env: io.env, cwd: io.cwd });
    const found = settingNames.map((name): SettingEvent => {
      const value = config[name] ?? null;
      return { event: 'setting', name, value, from: origins[name] };
    });
    for (const each of found) report.event(each);
    report.say(...table(found.map(({ name, value, from }) => [name, shown(value), from])));
    return exitCodes.done;
  } catch (error) {
    return report.fail(error);
  }
}

function shown(value: SettingEvent['value']): string {
  if (value === null) return '-';
  return typeof value === 'object' ? value.join(',') || '(none)' : String(value);
}
