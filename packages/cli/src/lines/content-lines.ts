// Tells a person of the different contents that are offered under one name.
import { visibleText } from '@peerlane/protocol';
import type { OfferedContent } from '../search/offered-contents.ts';
import { counted, sizeText } from '../text/figures.ts';

/** The most holders of a content that are named. */
const maxHolders = 3;

/** Says which contents there are, that of the most machines first. */
export function contentLines(name: string, contents: readonly OfferedContent[]): string[] {
  return [
    visibleText(`${contents.length} different contents are offered as "${name}":`),
    ...contents.map(({ root, size, holders }, index) => {
      const shown = holders.slice(0, maxHolders).join(', ');
      const more = holders.length > maxHolders ? ', …' : '';
      const bytes = size === undefined ? '' : `${sizeText(size)}, `;
      const machines = counted(holders.length, 'machine');
      return `  ${index + 1}. ${bytes}${machines} (${shown}${more}), root ${root}`;
    }),
  ];
}

/** Says which content is taken where nobody can be asked. */
export function takenText(name: string, [first]: readonly OfferedContent[]): string {
  const machines = counted(first!.holders.length, 'machine');
  return visibleText(
    `Taking the content of "${name}" that most machines offer (${machines}); --root chooses another.`,
  );
}
