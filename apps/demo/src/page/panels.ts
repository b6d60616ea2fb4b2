// On a narrow screen the messages share it with one panel at a time, so that cause and effect are seen.
import { byId, h } from './dom.ts';
import type { Model } from './model.ts';

const panels = [
  { id: 'tour', text: 'Tour' },
  { id: 'nodes', text: 'Nodes' },
  { id: 'downloads', text: 'Downloads' },
] as const;

/** Lets the user choose the panel, and whether filters are shown. A wide screen shows everything. */
export function showPanels(model: Model): void {
  const main = byId('main');
  const buttons = panels.map(({ id, text }) =>
    h('button', { id: `panel-${id}`, type: 'button', class: 'chip', onClick: choose(id) }, text),
  );
  byId('panels').replaceChildren(...buttons);
  choose('tour')();
  const downloads = byId('panel-downloads') as HTMLButtonElement;
  const draw = (): void => {
    downloads.disabled = model.downloads.length === 0;
  };
  model.show({ onState: draw });
  const toggle = byId('show-filters');
  toggle.addEventListener('click', () => {
    const isShown = byId('messages').classList.toggle('with-filters');
    toggle.setAttribute('aria-expanded', String(isShown));
  });

  function choose(id: (typeof panels)[number]['id']): () => void {
    return () => {
      main.dataset.panel = id;
      for (const [index, button] of buttons.entries()) {
        button.setAttribute('aria-pressed', String(panels[index]!.id === id));
      }
    };
  }
}
