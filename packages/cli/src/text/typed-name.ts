// How a file name is typed at the prompt, where blanks around it mean nothing. Quotes around a name are
// removed, as a shell does: in quotes a name can begin or end with a blank.

/** The name that a typed text stands for. */
export function nameFromTyped(text: string): string {
  const name = text.trim();
  const [, , inner = name] = /^(["'])(.+)\1$/s.exec(name) ?? [];
  return inner;
}

/** The text to type for a name: the name itself, or the name in quotes. */
export function typedName(name: string): string {
  return nameFromTyped(name) === name ? name : `"${name}"`;
}
