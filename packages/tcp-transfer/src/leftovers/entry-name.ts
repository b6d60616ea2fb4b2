// The names of the files that hold cached manifests, and of their folder.

/** The name of the folder for cached manifests: in the cache folder, and formerly in a hidden folder. */
export const entriesFolder = 'digests';

export const entrySuffix = '.digests';
export const temporarySuffix = '.new';

const entryName = /^\d+-\d+(?:\.digests|-[0-9a-f-]{36}\.new)$/;

/** Whether a file in that folder has a name of this package. */
export function isEntryName(name: string): boolean {
  return entryName.test(name);
}
