import { visibleText } from '@peerlane/protocol';
import type { DownloadState } from '../wire/events.ts';
import { byId, h } from './dom.ts';
import type { Model } from './model.ts';
import { bytesText } from './words.ts';

/** So many downloads are shown. */
const shown = 6;

/** What is being fetched, and what came of it; the newest first. */
export function showDownloads(model: Model): void {
  const draw = (): void => {
    const newest = model.downloads.slice(-shown).reverse();
    byId('downloads').replaceChildren(...newest.map((download) => item(download, model)));
    byId('transfers').hidden = newest.length === 0;
  };
  model.show({ onState: draw, onReset: draw });
}

function item(download: DownloadState, model: Model): HTMLLIElement {
  const { id, node, filename, received, size, phase, message } = download;
  const name = visibleText(filename);
  const underway = phase === 'searching' || phase === 'receiving';
  const progress = h('progress', { max: size || 1, 'aria-label': `${name} to ${node}` });
  if (phase !== 'searching') progress.value = size === 0 && phase === 'done' ? 1 : received;
  const states = {
    searching: 'asking who has it…',
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
            ...{ type: 'button', class: 'link', 'aria-label': `Give up ${name}` },
            onClick: () => {
              model.send({ do: 'abort', id }).catch(() => undefined);
            },
          },
          'Give up',
        ),
    ),
  );
}
