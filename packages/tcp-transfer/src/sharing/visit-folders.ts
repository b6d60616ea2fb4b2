// Walks a tree of folders, several at a time.

/** How many folders are visited at a time: more than the system's pool of threads has. */
const maxParallel = 8;

/** Visits the listed folders, and all folders that a visit returns. */
export function visitFolders(
  folders: readonly string[],
  visit: (folder: string) => Promise<readonly string[]>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const waiting = [...folders];
    let running = 0;
    const next = (): void => {
      while (running < maxParallel && waiting.length > 0) {
        running += 1;
        visit(waiting.pop()!).then((found) => {
          for (const folder of found) waiting.push(folder);
          running -= 1;
          next();
        }, reject);
      }
      if (running === 0) resolve();
    };
    next();
  });
}
