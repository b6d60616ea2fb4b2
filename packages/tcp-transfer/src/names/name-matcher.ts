// Says which names contain the text that a catalog is searched for.
import { maxNameLength } from './max-name-length.ts';

/** Whether a name is one that is searched for. */
export type NameMatcher = (name: string) => boolean;

/**
 * Matches the names that contain a text, upper and lower case alike; without a text, every name. No
 * name contains a text that is longer than any name.
 */
export function nameMatcher(text: string | undefined): NameMatcher {
  if (text === undefined) return () => true;
  if (text.length > maxNameLength) return () => false;
  const wanted = text.toLowerCase();
  return (name) => name.toLowerCase().includes(wanted);
}
