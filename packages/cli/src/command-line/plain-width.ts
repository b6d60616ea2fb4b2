/**
 * How many columns a text takes, for the help: it holds no character that takes two, and the tables of
 * those that do take longer to load than all the rest. The build puts this in the place of string-width.
 */
export default function plainWidth(text: string): number {
  return text.length;
}
