// The picture: the nodes, the links between them, and the messages on their way.
import { visibleText } from '@peerlane/protocol';
import type { Row } from '../wire/row.ts';
import { byId, svg } from './dom.ts';
import { lockMark } from './messages/lock-mark.ts';
import type { Model } from './model.ts';
import type { Selection } from './selection.ts';
import { TimerLabels } from './time/timer-labels.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

const width = 400;
/** The picture is lower on a narrow screen, which it shares with the messages. */
const narrow = matchMedia('(max-width: 959px)');

const center = { x: width / 2, y: 142 };

/** How long a message is shown on its way, in milliseconds: in reality it takes far less. */
const flight = 650;

/** More messages than this are not shown on their way at once. */
const maxFlights = 40;

/** The nodes and the links between them, and what crosses them. */
export class Picture {
  readonly #model: Model;
  readonly #selection: Selection;
  readonly #drawing: SVGSVGElement;
  readonly #flights = svg('g', { 'aria-hidden': 'true' });
  readonly #links = svg('g');
  readonly #nodes = svg('g');

  constructor(model: Model, selection: Selection) {
    this.#model = model;
    this.#selection = selection;
    this.#drawing = svg(
      'svg',
      { role: 'group', 'aria-label': 'The cluster' },
      this.#links,
      this.#flights,
      this.#nodes,
      new TimerLabels(model, (node) => this.#place(node)).element,
    );
    byId('picture').append(this.#drawing);
    const draw = (): void => {
      this.#draw();
    };
    model.show({
      onState: draw,
      onRow: (row) => {
        this.#fly(row);
      },
    });
    selection.onChange(draw);
    narrow.addEventListener('change', draw);
  }

  #draw(): void {
    const focused = document.activeElement?.id;
    const { nodes } = this.#model;
    this.#fit(nodes.map(({ name }) => this.#place(name).y));
    this.#links.replaceChildren(
      ...nodes.flatMap(({ name }, index) =>
        nodes.slice(index + 1).map((other) => this.#link(name, other.name)),
      ),
    );
    this.#nodes.replaceChildren(...nodes.map(({ name }) => this.#node(name)));
    if (focused !== undefined) document.getElementById(focused)?.focus();
  }

  /** Three nodes are less high than four. */
  #fit(heights: readonly number[]): void {
    const [top, bottom] = [Math.min(...heights) - 44, Math.max(...heights) + 54];
    if (top < bottom) this.#drawing.setAttribute('viewBox', `0 ${top} ${width} ${bottom - top}`);
  }

  #node(name: string): SVGGElement {
    const { life, protocol, udp, isSealed } = this.#model.nodeAt(name)!;
    const { x, y } = this.#place(name);
    const state = life === 'running' ? `version ${protocol}` : life;
    const mark = { x: x + 32, y: y - 13, width: 9, height: 10.5 };
    return this.#choosable(
      `node ${life} v${protocol}${isSealed ? ' sealed' : ''}`,
      name,
      `${name}, ${udp}, ${state}${isSealed ? ', sealed' : ''}`,
      svg('rect', { class: 'hit', x: x - 46, y: y - 26, width: 92, height: 52, rx: 14 }),
      svg('text', { x, y: y - 2, class: 'name' }, name),
      isSealed && lockMark(mark),
      svg(
        'text',
        { x, y: y + 14, class: 'detail' },
        life === 'running' ? portOf(udp, state) : state,
      ),
      ...this.#progress(name),
    );
  }

  /** How much of a file has arrived at a node, under it. */
  #progress(node: string): SVGElement[] {
    const download = this.#model.downloads.findLast(
      (download) => download.node === node && download.phase === 'receiving',
    );
    if (!download) return [];
    const { received, size, filename } = download;
    const { x, y } = this.#place(node);
    const share = size === 0 ? 1 : received / size;
    const bar = { class: 'bar', x: x - 46, y: y + 30, height: 6, rx: 3 };
    const text = `${Math.round(share * 100)} % of ${shortened(visibleText(filename))}`;
    return [
      svg('rect', { ...bar, width: 92 }),
      svg('rect', { ...bar, class: 'bar full', width: 92 * share }),
      svg('text', { x, y: y + 47, class: 'detail progress' }, text),
    ];
  }

  #link(one: string, other: string): SVGGElement {
    const { cut, loss, between } = this.#model.link(one, other);
    const [from, to] = [this.#place(one), this.#place(other)];
    const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    const line = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
    const lossy = `${Math.round(loss * 100)} % lost`;
    const state = cut ? 'cut' : loss > 0 ? lossy : 'whole';
    return this.#choosable(
      `link ${cut ? 'cut' : loss > 0 ? 'lossy' : 'whole'}`,
      between.join('–'),
      `The link between ${one} and ${other}: ${state}`,
      svg('line', { class: 'hit', ...line }),
      svg('line', { class: 'line', ...line }),
      cut && svg('text', { class: 'sign', x, y: y + 5 }, '✕'),
      !cut && loss > 0 && svg('text', { class: 'sign', x, y: y + 4 }, lossy),
    );
  }

  #choosable(
    kind: string,
    what: string,
    label: string,
    ...children: readonly (SVGElement | false)[]
  ): SVGGElement {
    const chosen = this.#selection.what === what;
    const choose = (): void => {
      this.#selection.choose(what);
    };
    const element = svg(
      'g',
      {
        ...{ class: `${kind}${chosen ? ' chosen' : ''}`, id: `choose-${what}`, tabindex: 0 },
        ...{ role: 'button', 'aria-pressed': String(chosen), 'aria-label': label },
        onClick: choose,
      },
      ...children,
    );
    element.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      choose();
    });
    return element;
  }

  #place(name: string): Point {
    const { nodes } = this.#model;
    const index = nodes.findIndex((node) => node.name === name);
    // The first at the top, where it is read first.
    const angle = (index / nodes.length) * 2 * Math.PI - Math.PI / 2;
    const height = narrow.matches ? 62 : 104;
    return { x: center.x + 142 * Math.cos(angle), y: center.y + height * Math.sin(angle) };
  }

  /** Shows a message that has just left on its way. */
  #fly(row: Row): void {
    if (row.via === 'note' || row.shown || this.#model.isPast) return;
    if (this.#model.now() - row.at > 1500) return;
    row.shown = true;
    if (this.#flights.childElementCount >= maxFlights || document.hidden) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const [one, other] = [this.#model.nodeAt(row.from), this.#model.nodeAt(row.to)];
    if (!one || !other) return;
    const [from, to] = [this.#place(one.name), this.#place(other.name)];
    const dot = svg('circle', { class: `flight ${row.kind}`, r: row.via === 'tcp' ? 6 : 5 });
    this.#flights.append(dot);
    const at = ({ x, y }: Point): string => `translate(${x}px, ${y}px)`;
    dot
      .animate([{ transform: at(from) }, { transform: at(to) }], {
        duration: flight,
        easing: 'ease-in-out',
      })
      .finished.finally(() => {
        dot.remove();
      })
      .catch(() => undefined);
  }
}

function shortened(name: string): string {
  return name.length > 16 ? `${name.slice(0, 15)}…` : name;
}

function portOf(address: string, state: string): string {
  return `:${address.slice(address.lastIndexOf(':') + 1)} · ${state.replace('version ', 'v')}`;
}
