// Says that files of the shared folder come only with their folders, because other files have their names.
import type { PeerlaneNode } from '../node/node.ts';
import { counted } from '../text/figures.ts';

/** The most files that are left out and named. */
const maxNamed = 100;

/**
 * Says now how many files are left out, if any, and again where a further file is found.
 *
 * @param node one that has started
 * @param how says where the files are named
 */
export function sayClashes(node: PeerlaneNode, how: string, say: (line: string) => void): void {
  const sayCount = (): void => {
    const count = node.clashes().reduce((sum, { hidden }) => sum + hidden.length, 0);
    if (count === 0) return;
    const because = count === 1 ? 'another file has its name' : 'other files have their names';
    const [verb, alone] = count === 1 ? ['is', 'by itself'] : ['are', 'by themselves'];
    say(`${counted(count, 'file')} ${verb} not shared ${alone}, because ${because}: ${how}`);
  };
  let waiting: NodeJS.Immediate | undefined;
  // One look at the folder may find many of them.
  node.on('clash', () => {
    waiting ??= setImmediate(() => {
      waiting = undefined;
      sayCount();
    });
  });
  sayCount();
}

/** A line for each file that is left out, with the file that is shared in its place. */
export function clashLines(node: PeerlaneNode): string[] {
  const all = node
    .clashes()
    .flatMap(({ served, hidden }) => hidden.map((path) => `  ${path} (${served} is shared)`));
  if (all.length === 0) return [];
  const more = all.length > maxNamed ? [`  … and ${all.length - maxNamed} more`] : [];
  return [
    'Not shared by themselves, because other files have their names:',
    ...all.slice(0, maxNamed),
    ...more,
  ];
}
