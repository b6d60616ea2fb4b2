// Stands in for string-width in the build of the help, which has no character of two columns: the tables
// of those take longer to load than all the rest.

/** The number of columns of a text of plain letters. */
export default function plainWidth(text: string): number {
  return text.length;
}
