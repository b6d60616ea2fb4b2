// Makes text from the network safe to print, and cuts it to a length.
/** The most that is shown of a text from the network, in UTF-16 code units: no file has a longer name. */
export const maxShownLength = 512;

/**
 * Controls, marks of text direction, invisible characters and lone surrogates. A variation selector is
 * one of them unless it follows an emoji, which looks different with it.
 */
const unsafe =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class -- finding controls and marks is what this is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb]|\p{Surrogate}|[\u{e0000}-\u{e0fff}]|(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f](?!\u20e3)/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes text from the network safe to print: each control, escape, bidirectional or invisible
 * character is replaced by an escape such as `\n` or `\u{1b}`. All other characters stay.
 */
export function visibleText(text: string): string {
  return text.replace(
    unsafe,
    (character) => short[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/**
 * Cuts a text from the network to at most {@link maxShownLength}, between characters, with `…` for the
 * rest: nobody chooses how much others print.
 */
export function shortText(text: string): string {
  if (text.length <= maxShownLength) return text;
  return `${text.slice(0, maxShownLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A text from the network as it is shown: safe to print, and cut to {@link maxShownLength}. */
export function shownText(text: string): string {
  return shortText(visibleText(shortText(text)));
}
