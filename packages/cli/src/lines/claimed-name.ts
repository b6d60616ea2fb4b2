// Names that come with a send, as a question shows them: nothing in one can end its quotes, pass for text of
// the program, or hide how it ends.
import { shownText } from '@peerlane/protocol';
import { shortenText, textWidth } from '../text/text-width.ts';

/** The widest name that is shown whole, and how much of a wider one is shown at its end, in columns. */
const [widest, ending] = [60, 16];

/** A name in quotes: safe to print, and so short that what follows is seen. The end of a long one stays. */
export function claimedName(name: string): string {
  const shown = shownText(name).replaceAll('"', '\\"');
  if (textWidth(shown) <= widest) return `"${shown}"`;
  const end = endOf(shown, ending);
  const begin = shortenText(shown, widest - ending).replace(/~$/, '');
  return `"${begin}…${end}"`;
}

function endOf(text: string, columns: number): string {
  let end = '';
  for (const { segment } of [...new Intl.Segmenter().segment(text)].reverse()) {
    if (textWidth(segment + end) > columns) break;
    end = segment + end;
  }
  return end;
}
