// Makes a sentence of the message of an error or a warning.

/** The text with a capital at its beginning, and a full stop at its end unless it has a mark there. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
}
