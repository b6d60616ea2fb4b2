// Colours on a terminal.
import type { Output } from './io.ts';

const codes = { red: 31, yellow: 33, green: 32, bold: 1 } as const;

/** Adds a colour to a text, or returns it unchanged. */
export type Style = (name: keyof typeof codes, text: string) => string;

/** The style of a stream: coloured on a terminal, unless the user turned colours off. */
export function styleFor(
  stream: Output,
  env: Readonly<Record<string, string | undefined>>,
  color: boolean,
): Style {
  const wanted = color && stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return wanted ? (name, text) => `\u001b[${codes[name]}m${text}\u001b[0m` : (_name, text) => text;
}
