// Sends what a node shares: hashes it, and offers it to receivers.
import type { PeerAddress } from '@peerlane/protocol';
import type {
  NodeSendOptions,
  PreparedItem,
  PreparedSend,
  PrepareSendOptions,
  SendItem,
  SendOutcome,
} from './outgoing.ts';

/** The sends of a node. */
export class Outbox {
  prepare(_items: readonly SendItem[], _options: PrepareSendOptions): Promise<PreparedSend> {
    return Promise.reject(new Error('not there yet'));
  }

  send(
    _item: PreparedItem,
    _to: string | PeerAddress,
    _options: NodeSendOptions,
  ): Promise<SendOutcome> {
    return Promise.reject(new Error('not there yet'));
  }
}
