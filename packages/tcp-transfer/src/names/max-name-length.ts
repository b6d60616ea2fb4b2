// How long a name can be, so that longer texts from the network are not worked on.

/**
 * The longest name that is looked for, in UTF-16 code units: no file system has names of more than 255, and
 * each is composed of four at most. To compose a longer text would take long.
 */
export const maxNameLength = 1024;
