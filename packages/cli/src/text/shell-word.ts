// Quoting for a shell: a command line that is shown can be copied.

/** A text as one word of a command line: in quotes if the shell would change it otherwise. */
export function shellWord(text: string, platform: NodeJS.Platform = process.platform): string {
  // zsh replaces a word that begins with =.
  if (/^[\w./:@%+-][\w./:@%+=-]*$/.test(text)) return text;
  // cmd.exe knows no other quotes, and no file name on Windows contains them.
  return platform === 'win32' ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
}
