// How a name is typed at the prompt, where stray blanks mean nothing. Quotes around a name are taken
// off, as a shell does, so that a name can begin or end with a blank.

/** The name that somebody typed. */
export function nameTyped(text: string): string {
  const name = text.trim();
  const [, , inner = name] = /^(["'])(.+)\1$/s.exec(name) ?? [];
  return inner;
}

/** What has to be typed for a name: mostly the name. */
export function typedName(name: string): string {
  return nameTyped(name) === name ? name : `"${name}"`;
}
