// The controls of the page: commands for the cluster, and for the chosen node or link.
import { bigFileName } from '../big-file.ts';
import { maxNodes, type Command } from '../wire/command.ts';
import type { LinkState, NodeState } from '../wire/events.ts';
import { byId, h } from './dom.ts';
import type { Model } from './model.ts';
import type { Selection } from './selection.ts';
import { bytesText } from './words.ts';

/** The rate of a slow connection, in bytes per second. */
const slowRate = 2 * 1024 * 1024;

/** The controls of the cluster, and of the chosen node or link. */
export class Controls {
  readonly #model: Model;
  readonly #selection: Selection;
  /** The content of the controls. They are rebuilt only if it changes: a rebuilt control loses its focus. */
  #shown = '';

  constructor(model: Model, selection: Selection) {
    this.#model = model;
    this.#selection = selection;
    const draw = (): void => {
      this.#draw();
    };
    model.show({ onState: draw });
    selection.onChange(draw);
  }

  /** Sends a command, and shows the error if it fails. */
  async send(command: Command): Promise<void> {
    const complaint = byId('complaint');
    complaint.hidden = true;
    try {
      await this.#model.send(command);
    } catch (error) {
      complaint.textContent = (error as Error).message;
      complaint.hidden = false;
    }
  }

  #draw(): void {
    const { nodes, rate } = this.#model;
    const [one = '', other] = this.#selection.what.split('–');
    const node = this.#model.nodeAt(one);
    const link = other === undefined ? undefined : this.#model.link(one, other);
    const ofCluster = nodes.map(({ files, isSealed }) => [files, isSealed]);
    const shown = JSON.stringify([ofCluster, rate, node, link]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = document.activeElement?.id;
    const typed = (document.getElementById('filename') as HTMLInputElement | null)?.value;
    this.#drawCluster();
    const title = byId('selection-title');
    const body = byId('selection-body');
    if (link) {
      title.textContent = `${one} – ${other}`;
      body.replaceChildren(...this.#linkControls(link));
    } else if (node) {
      title.textContent = node.name;
      body.replaceChildren(...this.#nodeControls(node, typed));
    }
    if (focused) document.getElementById(focused)?.focus();
  }

  #drawCluster(): void {
    const { nodes } = this.#model;
    const slow = this.#model.rate !== undefined;
    const sharing = nodes.filter(({ files }) => files.some(({ name }) => name === bigFileName));
    const add = this.#button('add', 'Add a node', { do: 'add' });
    add.disabled = nodes.length >= maxNodes;
    const sealed = nodes.length > 0 && nodes.every(({ isSealed }) => isSealed);
    const seal = this.#button('seal', sealed ? 'Open the cluster' : 'Seal the cluster', {
      do: 'seal',
      sealed: !sealed,
    });
    const share = this.#button('share', 'Share a 24 MiB file', { do: 'share' });
    share.disabled = ['node2', 'node3'].every((node) => sharing.some(({ name }) => name === node));
    byId('cluster-buttons').replaceChildren(
      add,
      share,
      this.#button('slow', slow ? 'Full speed' : 'Slow TCP to 2 MiB/s', {
        do: 'slow',
        rate: slow ? null : slowRate,
      }),
      seal,
    );
  }

  #nodeControls(node: NodeState, typed: string | undefined): HTMLElement[] {
    const { name, life, protocol, isSealed, udp, tcp, members, files } = node;
    const running = life === 'running';
    const names = (list: readonly string[]): string =>
      list
        .map((address) => this.#model.nameOf(address))
        .sort()
        .join(', ') || 'nobody';
    const fact = (term: string, text: string): HTMLElement[] => [
      h('dt', {}, term),
      h('dd', {}, text),
    ];
    const version = protocol === 2 ? 1 : 2;
    const start = this.#button('start', 'Start again', { do: 'start', node: name });
    start.disabled = life === 'starting';
    return [
      h(
        'dl',
        { class: 'facts' },
        ...fact('UDP', udp),
        ...fact('TCP', tcp),
        ...fact('seal', isSealed ? 'sealed: unreadable without the key' : 'open: all can read it'),
        ...fact('lists', running ? names(members) : '–'),
        ...fact('shares', files.map(({ name, size }) => `${name} (${bytesText(size)})`).join(', ')),
      ),
      ...(running ? [this.#getForm(node, typed)] : []),
      h(
        'div',
        { class: 'buttons' },
        ...(running
          ? [
              this.#button('kill', 'kill -9', { do: 'kill', node: name }, 'danger'),
              // Version 1 cannot be sealed.
              ...(isSealed
                ? []
                : [
                    this.#button('version', `Speak version ${version}`, {
                      do: 'protocol',
                      node: name,
                      version,
                    }),
                  ]),
              this.#button('seal-node', isSealed ? `Open ${name}` : `Seal ${name}`, {
                do: 'seal',
                node: name,
                sealed: !isSealed,
              }),
            ]
          : [start]),
      ),
    ];
  }

  /** The control by which the chosen node asks for a file. */
  #getForm({ name, files }: NodeState, typed: string | undefined): HTMLElement {
    const own = new Set(files.map((file) => file.name));
    const others = this.#model.nodes.flatMap((node) => node.files.map((file) => file.name));
    const offered = [...new Set(others)].filter((file) => !own.has(file));
    const input = h('input', {
      ...{ id: 'filename', name: 'filename', list: 'filenames', required: true },
      ...{ maxlength: 255, autocomplete: 'off', spellcheck: 'false', placeholder: 'file name' },
    });
    input.value = typed === undefined || own.has(typed) ? (offered[0] ?? '') : typed;
    const get = h('button', { id: 'get', type: 'submit', class: 'primary' }, 'Get');
    const form = h(
      'form',
      { class: 'ask-for' },
      h('label', { for: 'filename' }, 'get'),
      input,
      h('datalist', { id: 'filenames' }, ...offered.map((file) => h('option', { value: file }))),
      get,
    );
    const check = (): void => {
      get.disabled = input.value === '';
    };
    input.addEventListener('input', check);
    check();
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.send({ do: 'get', node: name, filename: input.value });
    });
    return form;
  }

  #linkControls({ between, cut, loss }: LinkState): HTMLElement[] {
    const label = h('label', { for: 'loss' }, 'Datagrams that get lost');
    const slider = h('input', {
      ...{ id: 'loss', type: 'range', min: 0, max: 100, step: 10, value: loss * 100 },
      disabled: cut,
    });
    const output = h('output', { for: 'loss' }, `${Math.round(loss * 100)} %`);
    slider.addEventListener('input', () => {
      output.textContent = `${slider.value} %`;
    });
    slider.addEventListener('change', () => {
      void this.send({ do: 'link', between, loss: Number(slider.value) / 100 });
    });
    return [
      h(
        'p',
        { class: 'hint' },
        cut
          ? 'Cut: no datagram gets through, and no connection.'
          : 'Whole. Cut it, or make it lose datagrams; TCP sends again what gets lost, UDP does not.',
      ),
      h('div', { class: 'loss' }, label, slider, output),
      h(
        'div',
        { class: 'buttons' },
        cut
          ? this.#button('heal', 'Heal the link', { do: 'link', between, cut: false })
          : this.#button('cut', 'Cut the link', { do: 'link', between, cut: true }, 'danger'),
      ),
    ];
  }

  #button(id: string, text: string, command: Command, kind = ''): HTMLButtonElement {
    const button = h('button', { id, type: 'button', class: kind }, text);
    button.addEventListener('click', () => {
      button.disabled = true;
      void this.send(command).finally(() => {
        button.disabled = false;
      });
    });
    return button;
  }
}
