// Saves the messages that the diagram shows as files.
import type { Row } from '../../wire/row.ts';
import { byId, h } from '../dom.ts';
import type { Model } from '../model.ts';
import { jsonOf } from './json.ts';
import { pcapOf, type Datagram } from './pcap.ts';

/** The buttons that save messages. */
export class ExportButtons {
  readonly #pcap = byId('export-pcap') as HTMLButtonElement;
  readonly #json = byId('export-json') as HTMLButtonElement;
  #rows: readonly Row[] = [];

  constructor(model: Model) {
    this.#pcap.addEventListener('click', () => {
      const type = 'application/vnd.tcpdump.pcap';
      save('peerlane.pcap', new Blob([pcapOf(this.#rows.filter(isDatagram))], { type }));
    });
    this.#json.addEventListener('click', () => {
      const json = jsonOf(this.#rows, (end) => model.nameOf(end));
      save('peerlane.json', new Blob([json], { type: 'application/json' }));
    });
  }

  /** Sets the messages that the buttons save. */
  offer(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#json.disabled = rows.length === 0;
    this.#pcap.disabled = !rows.some(isDatagram);
  }
}

function isDatagram(row: Row): row is Row & Datagram {
  return row.via === 'udp' && row.bytes !== undefined;
}

function save(download: string, blob: Blob): void {
  const href = URL.createObjectURL(blob);
  h('a', { href, download }).click();
  // The browser has begun to save by then.
  setTimeout(() => {
    URL.revokeObjectURL(href);
  }, 60_000);
}
