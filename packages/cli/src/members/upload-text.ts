// Says in one line who gets a file of this node, and who has got it.
import { parsePeerAddress } from '@peerlane/protocol';
import type { Upload } from '@peerlane/tcp-transfer';
import type { PeerlaneNode } from '../node/node.ts';
import { FolderUploads, isFolder } from '../events/folder-uploads.ts';
import { EventSampler } from '../events/event-sampler.ts';
import { sizeText } from '../text/figures.ts';

/** The most machines whose names are remembered. */
const maxNames = 1000;

/** Calls `say` with a line for each file that a node begins to send, and has sent. */
export function sayUploads(node: PeerlaneNode, say: (line: string) => void): void {
  // A guest may have left before its file is known to have arrived.
  const names = new Map<string, string>();
  const clientText = (client: string): string => {
    const { host } = parsePeerAddress(client);
    const [known, ...others] = node.namesAt(host);
    const name = others.length > 0 ? undefined : (known ?? names.get(host));
    if (name === undefined) return host;
    names.delete(host);
    names.set(host, name);
    if (names.size > maxNames) names.delete(names.keys().next().value!);
    return `${name} (${host})`;
  };
  const sampler = new EventSampler((of, count) => {
    say(`… and ${count} more ${of === 'sent' ? 'were sent' : 'began to be sent'} in that second.`);
  });
  const uploads = new FolderUploads(() => performance.now());
  const add = (of: 'sending' | 'sent', upload: Upload): void => {
    const { filename, size, client } = upload;
    if (isFolder(upload)) {
      if (of === 'sending' && uploads.isNew(upload) && sampler.admits(of))
        say(`Sending files of "${filename}" to ${clientText(client)}.`);
      return;
    }
    if (!sampler.admits(of)) return;
    const done = of === 'sent' ? 'Sent' : 'Sending';
    say(`${done} "${filename}" (${sizeText(size)}) to ${clientText(client)}.`);
  };
  node.on('sending', (upload) => {
    add('sending', upload);
  });
  node.on('sent', (upload) => {
    add('sent', upload);
  });
}
