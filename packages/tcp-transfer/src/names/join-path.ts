// Puts the path of an entry together.

/** The path of an entry of a folder, with `/`, relative to where the path of the folder begins. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
