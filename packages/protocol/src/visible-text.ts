// Makes text from the network safe to print.
/** Controls, marks of text direction, invisible characters and lone surrogates. */
const unsafe =
  // eslint-disable-next-line no-control-regex -- finding controls is what this is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}|[\u{e0000}-\u{e007f}]/gu;

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
