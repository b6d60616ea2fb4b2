// Keeps the newest message in view until the user scrolls away from it.
import { byId } from '../dom.ts';

/** How near to the end the newest message counts as in view, in pixels. */
const nearEnd = 40;

/** Scrolls the diagram. */
export class Scroller {
  readonly #element = byId('diagram');
  readonly #newest = byId('newest') as HTMLButtonElement;
  readonly #isHeld: () => boolean;
  #isFollowing = true;

  /** @param isHeld whether the messages in view stay there when others arrive */
  constructor(isHeld: () => boolean) {
    this.#isHeld = isHeld;
    this.#element.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#element;
      this.#follow(scrollHeight - scrollTop - clientHeight < nearEnd);
    });
    this.#newest.addEventListener('click', () => {
      this.#toNewest();
    });
    new ResizeObserver(() => {
      this.followNewest();
    }).observe(this.#element);
  }

  /** Scrolls to the newest message, unless the user has scrolled away. */
  followNewest(): void {
    if (this.#isFollowing && !this.#isHeld()) this.#toNewest();
  }

  /** Brings a line to the upper part of what is in view, and stays there. */
  goTo(line: HTMLElement): void {
    this.#follow(false);
    const { top, height } = this.#element.getBoundingClientRect();
    const above = Math.min(height / 4, 160);
    this.#element.scrollTop += line.getBoundingClientRect().top - top - above;
  }

  /** Brings as much of a line into view as possible, its beginning in any case. */
  reveal(line: HTMLElement): void {
    const { top, bottom } = line.getBoundingClientRect();
    const view = this.#element.getBoundingClientRect();
    const lanes = byId('lanes').offsetHeight;
    const hidden = Math.min(bottom - view.bottom, top - view.top - lanes);
    if (hidden > 0) this.#element.scrollTop += hidden;
  }

  #toNewest(): void {
    this.#follow(true);
    this.#element.scrollTop = this.#element.scrollHeight;
  }

  #follow(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    this.#newest.disabled = isFollowing;
  }
}
