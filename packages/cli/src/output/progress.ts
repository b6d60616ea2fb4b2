// The progress of a download, shown on a terminal: name, bar, and figures.
import { visibleText } from '@peerlane/protocol';
import type { TreeProgress } from '@peerlane/tcp-transfer';
import { counted, sizeText, timeText } from '../text/figures.ts';
import type { LiveLine } from './live-line.ts';
import { RateMeter } from '../text/rate-meter.ts';
import { shortenText, textWidth } from '../text/text-width.ts';

/** The least time between two drawings of the line, in milliseconds. */
const drawInterval = 100;

/** How long nothing may come until the line says so, and how often that is checked, in milliseconds. */
const [stallTime, checkInterval] = [3000, 1000];

/** The widest name, and the widest and narrowest bar, in columns. */
const [widestName, widestBar, narrowestBar] = [24, 30, 8];

/** The columns of a short name, and of the narrowest bar with its brackets. */
const [shortName, bracketedBar] = [8, narrowestBar + 3];

/** The state of a download. */
export interface ProgressState {
  /** The name of the file. */
  readonly name: string;
  /** In bytes, as is `size`. */
  readonly received: number;
  readonly size: number;
  /** In bytes per second; 0 while it is unknown. */
  readonly rate: number;
  /** How many peers send. */
  readonly sources?: number | undefined;
  /** Whether nothing has come for a while. */
  readonly isStalled?: boolean;
  /** How many files of a folder are done, such as `12 of 340 files`. */
  readonly files?: string | undefined;
}

/** Shows the progress of a download in a line of its own. */
export class Progress {
  readonly #line: LiveLine;
  readonly #name: string;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #rate: RateMeter;
  #drawnAt = -Infinity;
  #last: (Pick<ProgressState, 'received' | 'size' | 'files'> & { readonly at: number }) | undefined;

  /** @param now the time in milliseconds */
  constructor(line: LiveLine, filename: string, now: () => number = () => performance.now()) {
    this.#line = line;
    this.#name = visibleText(filename);
    this.#now = now;
    this.#rate = new RateMeter(now);
    this.#timer = setInterval(() => {
      this.check();
    }, checkInterval).unref();
  }

  /** Shows how far a folder is. As long as it is being listed, it is known only in part. */
  updateFolder({
    files,
    listedFiles,
    received,
    listedBytes,
    isListed,
    sources,
  }: TreeProgress): void {
    const more = isListed ? '' : '+';
    const text = `${files} of ${listedFiles}${more} files`;
    this.update(received, listedBytes, sources, text);
  }

  update(received: number, size: number, sources?: number, files?: string): void {
    // A rate from before a stall says nothing.
    if (this.#isStalled) this.#rate = new RateMeter(this.#now);
    const rate = this.#rate.add(received);
    this.#last = { at: this.#now(), received, size, files };
    if (this.#now() - this.#drawnAt < drawInterval) return;
    this.#drawnAt = this.#now();
    this.#show({ name: this.#name, received, size, rate, sources, files });
  }

  /** Shows that nothing has come for a while, if so. */
  check(): void {
    if (!this.#last || !this.#isStalled) return;
    const { received, size, files } = this.#last;
    this.#show({ name: this.#name, received, size, files, rate: 0, isStalled: true });
  }

  /** Removes the line. */
  stop(): void {
    clearInterval(this.#timer);
    // Another download may use the line if this one has not.
    if (this.#last) this.#line.clear();
  }

  get #isStalled(): boolean {
    const { at, received, size } = this.#last ?? { at: Infinity, received: 0, size: 0 };
    return received < size && this.#now() - at >= stallTime;
  }

  #show(state: ProgressState): void {
    // Some terminals wrap a line that fills the last column.
    this.#line.show(progressLine(state, this.#line.columns - 1));
  }
}

/**
 * A line that shows the progress of a download. In a narrow window the bar and the name are shortened
 * first, then the sources and the sizes are left out; the rate and the time left stay.
 */
export function progressLine(state: ProgressState, columns: number): string {
  const { name, received, size } = state;
  const share = size === 0 ? 1 : Math.min(1, received / size);
  const percent: Figure = [`${Math.floor(share * 100)}%`, 4];
  const least = Math.min(textWidth(name), shortName) + bracketedBar;
  const choices = figuresFor(state).map((figures) => [percent, ...figures]);
  const figures = choices.find((each) => widthOf(each) + least < columns) ?? choices.at(-1)!;
  const free = columns - widthOf(figures) - 1;
  const forName = free < least ? free : free - bracketedBar;
  const shown = forName < 4 ? '' : shortenText(name, Math.min(widestName, forName));
  const inside = Math.min(widestBar, free - textWidth(shown) - 3);
  const bar = inside < narrowestBar ? '' : `[${barOf(share, inside)}]`;
  const text = figures.map(([figure]) => figure).filter(Boolean);
  return shortenText([shown, bar, text.join('  ')].filter(Boolean).join(' '), columns);
}

/** A figure, and the greatest width of its kind, which is reserved so that the bar keeps its width. */
type Figure = readonly [text: string, widest: number];

const stalledText = 'stalled, waiting for a source';

/** The figures beside the share: all of them, then selections for narrow windows. */
function figuresFor(state: ProgressState): readonly Figure[][] {
  const { received, size, rate, sources, files, isStalled = false } = state;
  const whole = sizeText(size);
  const counts: Figure[] = files === undefined ? [] : [[files, files.length]];
  const sizes: Figure = [`${sizeText(received)} of ${whole}`, whole.length + 10];
  if (isStalled) {
    const stalled: Figure = [stalledText, stalledText.length];
    return [[...counts, sizes, stalled], [sizes, stalled], [stalled]];
  }
  const speed: Figure[] = [
    [rate > 0 ? `${sizeText(rate)}/s` : '', 8],
    [rate > 0 ? `${timeText((size - received) / rate)} left` : '', 12],
  ];
  const peers: Figure[] = sources === undefined ? [] : [[counted(sources, 'source'), 10]];
  const all = [sizes, ...speed];
  return [[...counts, ...all, ...peers], [...counts, ...all], [...counts, ...speed], all, speed];
}

function widthOf(figures: readonly Figure[]): number {
  return figures.reduce((sum, [, widest]) => sum + widest + 2, -2);
}

function barOf(share: number, columns: number): string {
  return '='.repeat(Math.round(share * columns)).padEnd(columns);
}
