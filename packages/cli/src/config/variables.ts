// The variables of the environment that hold settings, and what is wrong with them.
import { didYouMean, nearestNames } from '../did-you-mean.ts';
import { keyVariable } from '../keys/key-variable.ts';
import { noAddressText, readPeerAddress, splitList } from './peer-addresses.ts';
import { settingNames, variableOf, type SettingName } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const prefix = 'P2P_';

/** The text of a setting in its variable: of `cluster` the addresses that are some, as the original has it. */
export function valueOfVariable(name: SettingName, env: Environment): string | undefined {
  const text = env[variableOf(name)];
  if (name !== 'cluster' || text === undefined) return text;
  return splitList(text).filter(isAddress).join(',');
}

/**
 * A warning for each variable that begins like those of p2p and is none, which is probably misspelt, and for
 * each member that has no address.
 */
export function variableWarnings(env: Environment): string[] {
  const known = [...settingNames.map(variableOf), keyVariable];
  const bare = known.map((each) => each.slice(prefix.length));
  const unknown = Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .map((name) => {
      const near = nearestNames(name.slice(prefix.length), bare).map((each) => prefix + each);
      return `The variable ${name} is unknown, and was ignored.${didYouMean(near)}`;
    });
  const cluster = variableOf('cluster');
  const strange = splitList(env[cluster] ?? '').filter((text) => !isAddress(text));
  return [
    ...unknown,
    ...strange.map((text) => `${cluster}: ${noAddressText(text)}; it was ignored.`),
  ];
}

function isAddress(text: string): boolean {
  return readPeerAddress(text) !== undefined;
}
