// The progress of a download, shown on a terminal: name, bar, and figures.
import { visibleText } from '@peerlane/protocol';
import type { TreeProgress } from '@peerlane/tcp-transfer';
import { counted, numberText, sizeText, timeText } from '../text/figures.ts';
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
  /** Whether `size` is only what is known so far: then nothing can be said of the share and the time left. */
  readonly isPartial?: boolean;
}

/** How far a download is. */
type Counts = Pick<ProgressState, 'received' | 'size' | 'sources' | 'files' | 'isPartial'>;

/** Shows the progress of a download in a line of its own. */
export class Progress {
  readonly #line: LiveLine;
  readonly #name: string;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #rate: RateMeter;
  #drawnAt = -Infinity;
  #last: (Counts & { readonly at: number }) | undefined;

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
    // What came while the list did says little of how fast the rest comes.
    if (isListed && this.#last?.isPartial === true) this.#rate = new RateMeter(this.#now);
    const text = isListed
      ? `${numberText(files)} of ${counted(listedFiles, 'file')}`
      : listingText(files);
    this.#take({ received, size: listedBytes, sources, files: text, isPartial: !isListed });
  }

  update(received: number, size: number, sources?: number): void {
    this.#take({ received, size, sources });
  }

  /** Shows that nothing has come for a while, if so. */
  check(): void {
    if (!this.#last || !this.#isStalled) return;
    const { received, size, files, isPartial = false } = this.#last;
    this.#show({ name: this.#name, received, size, files, isPartial, rate: 0, isStalled: true });
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

  #take(counts: Counts): void {
    // A rate from before a stall says nothing.
    if (this.#isStalled) this.#rate = new RateMeter(this.#now);
    const rate = this.#rate.add(counts.received);
    this.#last = { at: this.#now(), ...counts };
    if (this.#now() - this.#drawnAt < drawInterval) return;
    this.#drawnAt = this.#now();
    this.#show({ name: this.#name, ...counts, rate });
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
  const { name, received, size, isPartial = false } = state;
  const share = size === 0 ? 1 : Math.min(1, received / size);
  const percent: Figure = isPartial ? ['', 0] : [`${Math.floor(share * 100)}%`, 4];
  const forBar = isPartial ? 0 : bracketedBar;
  const least = Math.min(textWidth(name), shortName) + forBar;
  const choices = figuresFor(state).map((figures) => [percent, ...figures]);
  const figures = choices.find((each) => widthOf(each) + least < columns) ?? choices.at(-1)!;
  const free = columns - widthOf(figures) - 1;
  const forName = free < least ? free : free - forBar;
  const shown = forName < 4 ? '' : shortenText(name, Math.min(widestName, forName));
  const inside = Math.min(widestBar, free - textWidth(shown) - 3);
  const bar = isPartial || inside < narrowestBar ? '' : `[${barOf(share, inside)}]`;
  const text = figures.map(([figure]) => figure).filter(Boolean);
  return shortenText([shown, bar, text.join('  ')].filter(Boolean).join(' '), columns);
}

/** A figure, and the greatest width of its kind, which is reserved so that the bar keeps its width. */
type Figure = readonly [text: string, widest: number];

const stalledText = 'stalled, waiting for a source';

/** The figures beside the share: all of them, then selections for narrow windows. */
function figuresFor(state: ProgressState): readonly Figure[][] {
  const { received, size, rate, sources, files, isStalled = false, isPartial = false } = state;
  const whole = sizeText(size);
  const counts: Figure[] = files === undefined ? [] : [[files, files.length]];
  const sizes: Figure = isPartial
    ? [sizeText(received), 8]
    : [`${sizeText(received)} of ${whole}`, whole.length + 10];
  if (isStalled) {
    const stalled: Figure = [stalledText, stalledText.length];
    return [[...counts, sizes, stalled], [sizes, stalled], [stalled]];
  }
  const left: Figure = [rate > 0 ? `${timeText((size - received) / rate)} left` : '', 12];
  const speed: Figure[] = [
    [rate > 0 ? `${sizeText(rate)}/s` : '', 8],
    ...(isPartial ? [] : [left]),
  ];
  const peers: Figure[] = sources === undefined ? [] : [[counted(sources, 'source'), 10]];
  const all = [sizes, ...speed];
  return [[...counts, ...all, ...peers], [...counts, ...all], [...counts, ...speed], all, speed];
}

/** How far a folder is that is still being listed. */
function listingText(files: number): string {
  return files === 0 ? 'listing' : `listing, ${counted(files, 'file')} done`;
}

function widthOf(figures: readonly Figure[]): number {
  return figures.reduce((sum, [, widest]) => sum + widest + 2, -2);
}

function barOf(share: number, columns: number): string {
  return '='.repeat(Math.round(share * columns)).padEnd(columns);
}
