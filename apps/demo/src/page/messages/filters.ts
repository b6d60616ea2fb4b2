import type { Row } from '../../wire/row.ts';
import { byId, h } from '../dom.ts';

const groups = [
  { id: 'discover', text: 'DISCOVER', kinds: ['discover'] },
  { id: 'ask', text: 'Get, File', kinds: ['get', 'file', 'unknown'] },
  { id: 'tcp', text: 'TCP', kinds: ['connect', 'request', 'header', 'answer', 'data'] },
  { id: 'note', text: 'Notes', kinds: ['note'] },
] as const satisfies readonly {
  readonly id: string;
  readonly text: string;
  readonly kinds: readonly Row['kind'][];
}[];

/** Which kinds of messages the diagram shows: all unless told otherwise. */
export class Filters {
  readonly #list: HTMLElement;

  constructor(list: HTMLElement) {
    this.#list = list;
    byId('filters').replaceChildren(
      ...groups.map(({ id, text }) => {
        const button = h(
          'button',
          { type: 'button', id: `filter-${id}`, class: `chip ${id}` },
          text,
        );
        button.setAttribute('aria-pressed', 'true');
        button.addEventListener('click', () => {
          this.#set(id, button.getAttribute('aria-pressed') !== 'true');
        });
        return button;
      }),
    );
  }

  /** Shows the messages of a row's kind. */
  showKind({ kind }: Row): void {
    const group = groups.find(({ kinds }) => (kinds as readonly string[]).includes(kind));
    if (group) this.#set(group.id, true);
  }

  #set(id: string, shown: boolean): void {
    byId(`filter-${id}`).setAttribute('aria-pressed', String(shown));
    this.#list.classList.toggle(`without-${id}`, !shown);
  }
}
