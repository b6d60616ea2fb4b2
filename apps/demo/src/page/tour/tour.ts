// The guided tour: its steps, one after the other, and the buttons that go through them.
import type { Controls } from '../controls.ts';
import type { Diagram } from '../messages/diagram.ts';
import { byId, h } from '../dom.ts';
import type { Row } from '../../wire/row.ts';
import type { Model } from '../model.ts';
import { Stage } from './stage.ts';
import { steps, type Step } from './steps.ts';

/** The guided tour: one step after the other, each of them happening for real. */
export class Tour {
  readonly #model: Model;
  readonly #controls: Controls;
  readonly #diagram: Diagram;
  readonly #goLive: () => void;
  #stage: Stage;
  /** The text that says what happens now; it may change with the time. */
  #words: ((now: number) => string) | undefined;
  #index: number | undefined;
  #phase: 'before' | 'running' | 'done' = 'before';

  /** @param goLive called when what happens now has to be seen */
  constructor(model: Model, controls: Controls, diagram: Diagram, goLive: () => void) {
    this.#model = model;
    this.#controls = controls;
    this.#diagram = diagram;
    this.#goLive = goLive;
    this.#stage = this.#newStage();
    this.#draw();
    setInterval(() => {
      this.#drawWords();
    }, 100);
  }

  #newStage(): Stage {
    const stage: Stage = new Stage(this.#model, (command) => this.#controls.send(command), {
      open: (row) => {
        if (this.#stage === stage) this.#diagram.open(row);
      },
      say: (words) => {
        if (this.#stage === stage) this.#say(words);
      },
    });
    return stage;
  }

  #say(words: ((now: number) => string) | undefined): void {
    this.#words = words;
    this.#drawWords();
  }

  #drawWords(): void {
    const line = byId('tour-words');
    const text = this.#words?.(Date.now()) ?? '';
    if (line.textContent !== text) line.textContent = text;
    line.hidden = text === '';
  }

  #draw(): void {
    byId('tour-dots').replaceChildren(
      ...steps.map((_step, index) =>
        h('li', {
          class: index < (this.#index ?? 0) ? 'past' : index === this.#index ? 'now' : '',
        }),
      ),
    );
    const step = this.#index === undefined ? undefined : steps[this.#index];
    const body = byId('tour-body');
    body.dataset.phase = this.#phase;
    if (this.#index === undefined) body.replaceChildren(...this.#opening());
    else if (step) body.replaceChildren(...this.#step(step, this.#index));
    else body.replaceChildren(...this.#ending());
  }

  #opening(): HTMLElement[] {
    return [
      h(
        'p',
        {},
        'How do computers find each other and share files with no server? See it happen, message by message, between real processes on this machine.',
      ),
      this.#buttons(
        this.#button(
          'Start the tour',
          () => {
            this.#go(0);
          },
          'primary',
        ),
      ),
    ];
  }

  #ending(): HTMLElement[] {
    return [
      h('h3', {}, 'That is all there is'),
      h(
        'p',
        {},
        'Two flows, three messages. Now break it yourself: share the big file, slow TCP down, let node1 get it from two nodes at once, and kill -9 one of them half way. Or open one of the sealed nodes, and see the others ignore it.',
      ),
      this.#buttons(
        this.#button('Start over', () => {
          this.#go(0);
        }),
      ),
    ];
  }

  #step(step: Step, index: number): HTMLElement[] {
    const { title, text, action } = step;
    const number = `${index + 1} of ${steps.length}`;
    const next = index + 1 === steps.length ? 'Finish' : 'Next';
    const buttons = [
      this.#phase === 'done'
        ? this.#button(
            next,
            () => {
              this.#go(index + 1);
            },
            'primary',
          )
        : this.#button(
            this.#phase === 'running' ? 'Under way…' : action!,
            () => void this.#act(step),
            'primary',
            this.#phase === 'running',
          ),
      this.#button(
        'Leave the tour',
        () => {
          this.#go(undefined);
        },
        'link',
      ),
    ];
    return [
      h('h3', {}, h('small', {}, number), title),
      ...text.map((paragraph) => h('p', {}, paragraph)),
      this.#buttons(...buttons),
    ];
  }

  #go(index: number | undefined): void {
    if (this.#phase === 'running') {
      this.#stage.end();
      this.#stage = this.#newStage();
    }
    this.#say(undefined);
    if (index !== undefined) this.#goLive();
    this.#index = index;
    const step = index === undefined ? undefined : steps[index];
    this.#phase = step && !step.action ? 'done' : 'before';
    this.#draw();
    byId('tour-body').querySelector<HTMLElement>('button')?.focus();
    if (!step || step.action) return;
    void this.#messageOf(step, this.#stage).then((row) => {
      if (row) this.#diagram.open(row);
    });
  }

  async #act(step: Step): Promise<void> {
    this.#phase = 'running';
    this.#goLive();
    this.#draw();
    this.#stage.end();
    const stage = (this.#stage = this.#newStage());
    try {
      await stage.begin();
      await step.act?.(stage);
      await stage.until(() => step.done?.(stage) !== false);
    } catch {
      // The user has left the step, and another one is shown.
      return;
    }
    const row = await this.#messageOf(step, stage);
    if (!row) return;
    this.#phase = 'done';
    this.#say(undefined);
    this.#draw();
    byId('tour-body').querySelector<HTMLElement>('button')?.focus({ preventScroll: true });
    this.#diagram.open(row);
  }

  /** The message to show. It may be reported a little later than its effect. */
  async #messageOf(step: Step, stage: Stage): Promise<Row | undefined> {
    let row: Row | undefined;
    const isFound = (): boolean => {
      row = step.message(stage);
      return row !== undefined || this.#left(step);
    };
    await stage.until(isFound).catch(() => undefined);
    return this.#left(step) ? undefined : row;
  }

  /** Whether the user has left a step. */
  #left(step: Step): boolean {
    return this.#index === undefined || steps[this.#index] !== step;
  }

  #buttons(...buttons: readonly HTMLElement[]): HTMLElement {
    return h('div', { class: 'buttons' }, ...buttons);
  }

  #button(text: string, onClick: () => void, kind = '', disabled = false): HTMLButtonElement {
    return h('button', { type: 'button', class: kind, disabled, onClick }, text);
  }
}
