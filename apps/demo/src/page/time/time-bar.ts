// The controls of the time that the page shows, and its place in the recording.
import { byId } from '../dom.ts';
import { timeText } from '../words.ts';
import type { Player } from './player.ts';

/** How often the shown time advances, in milliseconds. */
const tick = 50;

/** The controls for pause, steps, slow motion and the past. */
export class TimeBar {
  readonly #player: Player;
  readonly #back = button('time-back');
  readonly #pause = button('time-pause');
  readonly #step = button('time-step');
  readonly #slow = button('time-slow');
  readonly #live = button('time-live');
  readonly #slider = byId('time-slider') as HTMLInputElement;
  readonly #status = byId('time-status');

  constructor(player: Player) {
    this.#player = player;
    const does = (control: HTMLElement, deed: () => void, event = 'click'): void => {
      control.addEventListener(event, () => {
        deed();
        this.#draw();
      });
    };
    does(this.#back, () => {
      player.stepBack();
    });
    does(this.#pause, () => {
      if (player.pace === 'paused') player.play('normal');
      else player.pause();
    });
    does(this.#step, () => {
      player.step();
    });
    does(this.#slow, () => {
      player.play(player.pace === 'slow' ? 'normal' : 'slow');
    });
    does(this.#live, () => {
      player.goLive();
    });
    const seek = (): void => {
      player.seek(Number(this.#slider.value));
    };
    does(this.#slider, seek, 'input');
    setInterval(() => {
      player.tick();
      this.#draw();
    }, tick);
  }

  /** Shows what happens now. */
  goLive(): void {
    this.#player.goLive();
    this.#draw();
  }

  #draw(): void {
    const { pace, position, start, canStep, canStepBack } = this.#player;
    const isLive = pace === 'live';
    this.#back.disabled = !canStepBack;
    this.#step.disabled = !canStep;
    this.#live.disabled = isLive;
    this.#pause.textContent = pace === 'paused' ? 'Play' : 'Pause';
    this.#slow.setAttribute('aria-pressed', String(pace === 'slow'));
    this.#slider.min = String(start);
    this.#slider.max = String(Date.now());
    this.#slider.value = String(position);
    const behind = `${timeText(Math.max(0, Date.now() - position))} behind`;
    const words = { live: 'Live', paused: `Paused, ${behind}`, slow: `Slow, ${behind}` };
    const text = pace === 'normal' ? behind : words[pace];
    this.#slider.setAttribute('aria-valuetext', text);
    if (this.#status.textContent !== text) this.#status.textContent = text;
    this.#status.className = pace;
  }
}

function button(id: string): HTMLButtonElement {
  return byId(id) as HTMLButtonElement;
}
