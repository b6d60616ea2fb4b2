// The list of downloads on the page.
import { visibleText } from '@peerlane/protocol';
import type { DownloadState } from '../wire/events.ts';
import { byId, h } from './dom.ts';
import type { Model } from './model.ts';
import { bytesText } from './words.ts';

/** The most downloads that are shown. */
const shown = 6;

/** Shows the downloads with their states, the newest first. */
export function showDownloads(model: Model): void {
  const draw = (): void => {
    const newest = model.downloads.slice(-shown).reverse();
    const focused = document.activeElement?.id;
    byId('downloads').replaceChildren(...newest.map((download) => item(download, model)));
    if (focused?.startsWith('give-up-')) document.getElementById(focused)?.focus();
    byId('transfers').hidden = newest.length === 0;
  };
  model.show({ onState: draw, onReset: draw });
  // Version 1 waits for ten seconds, which the page counts.
  setInterval(() => {
    if (model.downloads.some(({ phase }) => phase === 'searching')) draw();
  }, 1000);
}

function item(download: DownloadState, model: Model): HTMLLIElement {
  const { id, node, filename, received, size, phase, message, since } = download;
  const name = visibleText(filename);
  const underway = phase === 'searching' || phase === 'receiving';
  const progress = h('progress', { max: size || 1, 'aria-label': `${name} to ${node}` });
  if (phase !== 'searching') progress.value = size === 0 && phase === 'done' ? 1 : received;
  const seconds = Math.max(0, Math.round((Date.now() - since) / 1000));
  const states = {
    searching: `asking who has it… ${seconds} s`,
    receiving: `${bytesText(received)} of ${bytesText(size)}`,
    done: `${message ?? ''} ${bytesText(size)}`,
    failed: message ?? '',
  };
  return h(
    'li',
    { class: phase },
    h('p', {}, h('b', {}, node), ' gets ', h('code', {}, name)),
    progress,
    h(
      'p',
      { class: 'hint' },
      states[phase],
      underway &&
        h(
          'button',
          {
            ...{
              type: 'button',
              id: `give-up-${id}`,
              class: 'link',
              'aria-label': `Give up ${name}`,
            },
            onClick: () => {
              model.send({ do: 'abort', id }).catch(() => undefined);
            },
          },
          'Give up',
        ),
    ),
  );
}
