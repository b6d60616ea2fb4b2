// How a path is typed at a prompt: as it is, or with the quotes and backslashes that a shell takes.

/** A path that was typed as for a shell. */
export interface TypedPath {
  /** Without quotes, and without the backslashes before characters. */
  readonly path: string;
  /** The quote that was opened and not closed, or `''`. */
  readonly quote: '"' | "'" | '';
  /** Whether a backslash stood before a character outside of quotes. */
  readonly isEscaped: boolean;
}

/** The characters that a shell would change: a backslash goes before them. */
const special = /[\s"'\\$`&|;<>()*?[\]#!]/g;

/** The characters before which a backslash counts between double quotes. */
const specialInQuotes = /["\\$`]/g;

/** A text without the blanks around it; one after a backslash stays. */
export function trimTyped(text: string): string {
  return text.trimStart().replace(/(?<!\\)\s+$/, '');
}

/** Reads a path as a shell does, but keeps its blanks. A quote at the end may be left out. */
export function readTypedPath(
  text: string,
  platform: NodeJS.Platform = process.platform,
): TypedPath {
  let path = '';
  let quote: TypedPath['quote'] = '';
  let isEscaped = false;
  let follows = '';
  for (const character of text) {
    if (follows !== '') {
      const counts = quote === '' || character.search(specialInQuotes) === 0;
      path += counts ? character : follows + character;
      follows = '';
    } else if (character === '\\' && quote !== "'" && platform !== 'win32') {
      // Windows separates folders by backslashes.
      follows = character;
      isEscaped ||= quote === '';
    } else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else path += character;
  }
  return { path: path + follows, quote, isEscaped };
}

/** The rest of a path as it is typed after a text that was read so. */
export function typedRest(
  rest: string,
  { quote, isEscaped }: Pick<TypedPath, 'quote' | 'isEscaped'>,
): string {
  if (quote === "'") return rest.replaceAll("'", "'\\''");
  if (quote === '"') return rest.replaceAll(specialInQuotes, '\\$&');
  return isEscaped ? rest.replaceAll(special, '\\$&') : rest;
}
