// How a file name is typed at the prompt, where blanks around it mean nothing. Quotes around a name are
// removed, as a shell does: in quotes a name can begin or end with a blank.

/** The name that a typed text stands for. */
export function nameFromTyped(text: string): string {
  const name = text.trim();
  const [, , inner = name] = /^(["'])(.+)\1$/s.exec(name) ?? [];
  return inner;
}

/** Says how a file, or a folder whose name ends in a slash, is got at the prompt. */
export function getByName(name: string): string {
  const what = name.endsWith('/') ? 'the folder' : 'a file';
  return `To get ${what} of that name: get ${typedName(name)}.`;
}

/** The text to type for a name: the name itself, or the name in quotes. */
export function typedName(name: string): string {
  return nameFromTyped(name) === name ? name : `"${name}"`;
}
