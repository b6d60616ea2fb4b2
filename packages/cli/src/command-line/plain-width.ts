// Replaces string-width in the built program. No character of the help has two columns, and the tables of
// such characters would be most of what is loaded for it.

/** The number of columns of a text without wide characters. */
export default function plainWidth(text: string): number {
  return text.length;
}
