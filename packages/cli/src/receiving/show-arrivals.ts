// Shows what comes of the sends that were accepted: progress, results and texts.
import type { EventEmitter } from 'node:events';
import type { LiveLine } from '../output/live-line.ts';
import type { Printed } from '../output/io.ts';
import { Progress } from '../output/progress.ts';
import type { NodeEvents } from '../node/node-options.ts';
import type { IncomingSend, SentItem } from '../sends/incoming.ts';
import { itemKey } from './item-key.ts';
import { receivedItemText, senderText, thingText } from './send-text.ts';
import { framedText } from './text-lines.ts';

/** The most progress lines at a time. */
const maxLines = 4;

/** Where it is shown. */
export interface ArrivalScreen {
  say(...lines: Printed): void;
  fail(reason: string): void;
  live(): LiveLine | undefined;
}

/** Shows the events of a node that receives. */
export function showArrivals(node: EventEmitter<NodeEvents>, screen: ArrivalScreen): void {
  const shown = new Map<string, Progress>();
  const stop = (item: SentItem): void => {
    const key = itemKey(item);
    shown.get(key)?.stop();
    shown.delete(key);
  };
  node.on('itemProgress', (progress) => {
    const { item, received, sources } = progress;
    const key = itemKey(progress);
    if (!shown.has(key)) {
      const line = shown.size < maxLines && received < item.size ? screen.live() : undefined;
      if (!line) return;
      shown.set(key, new Progress(line, item.filename));
    }
    shown.get(key)!.update(received, item.size, sources);
  });
  node.on('itemReceived', (received) => {
    stop(received);
    // A text is shown as it comes.
    if (received.item.kind !== 'text') screen.say(receivedItemText(received));
  });
  node.on('itemFailed', (failed) => {
    stop(failed);
    const { send, item, message } = failed;
    screen.fail(`Could not receive ${thingText(item)} from ${senderText(send)}: ${message}`);
  });
}

/** The lines of a text that was sent. */
export function textLines(text: string, send: IncomingSend, columns: number | undefined): string[] {
  return [`Text from ${senderText(send)}:`, ...framedText(text, columns)];
}
