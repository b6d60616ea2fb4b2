// The controls above the diagram that say which messages it shows.
import { visibleText } from '@peerlane/protocol';
import type { Row } from '../../wire/row.ts';
import { byId, h } from '../dom.ts';
import type { Model } from '../model.ts';
import type { RowFilter } from './row-filter.ts';

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

/** The filters of the diagram: at first it shows all messages, with rounds of DISCOVERs folded. */
export class Filters {
  readonly #model: Model;
  readonly #onChange: () => void;
  readonly #hidden = new Set<string>();
  readonly #text = byId('filter-text') as HTMLInputElement;
  readonly #ends = byId('filter-ends') as HTMLSelectElement;
  #names = '';
  #followed: Row | undefined;
  #isFolding = true;

  /** @param onChange called when other messages are to be shown */
  constructor(model: Model, onChange: () => void) {
    this.#model = model;
    this.#onChange = onChange;
    this.#draw();
    this.#drawEnds();
    for (const control of [this.#text, this.#ends]) control.addEventListener('input', onChange);
    byId('unfollow').addEventListener('click', () => {
      this.follow(undefined);
    });
    model.show({
      onState: () => {
        this.#drawEnds();
      },
    });
  }

  /** The filter that the controls are set to. */
  get filter(): RowFilter {
    const hidden = groups.filter(({ id }) => this.#hidden.has(id)).flatMap(({ kinds }) => kinds);
    return {
      hiddenKinds: new Set<Row['kind']>(hidden),
      text: this.#text.value,
      ends: this.#ends.value === '' ? [] : this.#ends.value.split('–'),
      followed: this.#followed,
    };
  }

  /** Whether rounds of DISCOVERs are folded. */
  get isFolding(): boolean {
    return this.#isFolding;
  }

  /** Shows only the messages of one request; all again for `undefined`. */
  follow(row: Row | undefined): void {
    this.#followed = row;
    const asked = row?.answers ?? row;
    const filename = asked?.ties?.filename;
    const name = filename === undefined ? '' : ` of "${visibleText(filename)}"`;
    byId('followed').textContent = `Only the request${name}`;
    byId('following').hidden = row === undefined;
    this.#draw();
    this.#onChange();
  }

  /** Changes the filters that hide a row, so that the row is seen. */
  showKind({ kind }: Row): void {
    const group = groups.find(({ kinds }) => (kinds as readonly string[]).includes(kind));
    if (group) this.#hidden.delete(group.id);
    this.#text.value = this.#ends.value = '';
    this.follow(undefined);
  }

  #draw(): void {
    const isFollowing = this.#followed !== undefined;
    this.#text.disabled = this.#ends.disabled = isFollowing;
    const chips = groups.map(({ id, text }) =>
      this.#chip(`filter-${id}`, text, id, !this.#hidden.has(id), () => {
        if (!this.#hidden.delete(id)) this.#hidden.add(id);
      }),
    );
    const fold = this.#chip('fold', 'Fold rounds', 'fold', this.#isFolding, () => {
      this.#isFolding = !this.#isFolding;
    });
    for (const chip of chips) chip.disabled = isFollowing;
    byId('filters').replaceChildren(...chips, fold);
  }

  #chip(
    id: string,
    text: string,
    kind: string,
    isPressed: boolean,
    change: () => void,
  ): HTMLButtonElement {
    const attributes = { id, type: 'button', class: `chip ${kind}` };
    const onClick = (): void => {
      change();
      this.#draw();
      byId(id).focus();
      this.#onChange();
    };
    return h('button', { ...attributes, 'aria-pressed': String(isPressed), onClick }, text);
  }

  #drawEnds(): void {
    const names = this.#model.nodes.map(({ name }) => name);
    if (names.join() === this.#names) return;
    this.#names = names.join();
    const links = names.flatMap((one, index) =>
      names.slice(index + 1).map((other) => `${one}–${other}`),
    );
    const chosen = this.#ends.value;
    this.#ends.replaceChildren(
      h('option', { value: '' }, 'All nodes and links'),
      ...[...names, ...links].map((what) => h('option', { value: what }, what)),
    );
    this.#ends.value = [...names, ...links].includes(chosen) ? chosen : '';
  }
}
