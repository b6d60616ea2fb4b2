// Keeps keys out of what is printed, also where one was typed in the place of something else.

/** A key, whole or in part, by what each begins with. */
const keyText = /peerlane-key-\d+:[\w-]*/g;

/** A text in which a key is cut off after what every key begins with. */
export function withoutKeys(text: string): string {
  return text.replace(keyText, (key) => `${key.slice(0, key.indexOf(':') + 1)}…`);
}

/** Whether a whole key stands in a text. */
export function hasWholeKey(text: string): boolean {
  return /peerlane-key-\d+:[\w-]{43}/.test(text);
}

/** Whether a key, or a part of one, stands in a text. */
export function hasKeyText(text: string): boolean {
  return text.includes('peerlane-key-');
}
