// Counts down the timers of the nodes in the picture.
import { svg } from '../dom.ts';
import type { Model } from '../model.ts';
import { timersOf, type Timer } from './timers.ts';

/** How often the numbers change, in milliseconds. */
const tick = 100;

/** A point of the picture. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/** Labels at nodes and links. */
export class TimerLabels {
  readonly element: SVGGElement = svg('g', { class: 'timers', 'aria-hidden': 'true' });
  readonly #model: Model;
  readonly #placeOf: (node: string) => Point;
  #shown = '';

  /** @param placeOf returns the place of a node */
  constructor(model: Model, placeOf: (node: string) => Point) {
    this.#model = model;
    this.#placeOf = placeOf;
    setInterval(() => {
      this.#draw();
    }, tick);
  }

  #draw(): void {
    if (document.hidden) return;
    const labels = timersOf(this.#model).map((timer) => this.#label(timer));
    const shown = JSON.stringify(labels);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.replaceChildren(
      ...labels.map(({ text, kind, place, x, y }) =>
        svg('text', { x, y, class: `detail timer ${kind}`, 'data-place': place }, text),
      ),
    );
  }

  #label({ place, kind, text, due }: Timer): Point & {
    readonly text: string;
    readonly kind: string;
    readonly place: string;
  } {
    const [one, other = one] = place.split('–').map((node) => this.#placeOf(node)) as [
      Point,
      Point?,
    ];
    const left = Math.max(0, due - this.#model.now()) / 1000;
    const seconds = kind === 'discover' ? String(Math.ceil(left)) : left.toFixed(1);
    const isNode = kind === 'discover';
    return {
      ...{ place, kind, text: `${text} in ${seconds} s` },
      x: (one.x + other.x) / 2,
      y: isNode ? one.y - 31 : (one.y + other.y) / 2 + 18,
    };
  }
}
