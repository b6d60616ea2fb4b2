// Opens sealed datagrams, each once.
import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { ClusterKey } from '../cluster-key.ts';
import * as layout from './datagram-layout.ts';
import { ReplayWindow } from './replay-window.ts';
import { deriveSenderKey } from './sender-key.ts';
import { maxFloors, maxSenders, SenderTable } from './sender-table.ts';

/** Opens datagrams of the keys that it is given, and remembers their senders. */
export class DatagramOpener {
  readonly #senders: SenderTable = new SenderTable({ senders: maxSenders, floors: maxFloors });
  readonly #nonce: Buffer = Buffer.alloc(layout.nonceLength);

  /**
   * The datagram that was sealed.
   *
   * @param clusterKey the key whose id the datagram names
   */
  open(clusterKey: ClusterKey, sealed: Buffer): Uint8Array | 'forged' | 'replayed' {
    if (sealed.length < layout.sealOverhead) return 'forged';
    const counter =
      sealed.readUInt32BE(layout.counterAt) * 2 ** 32 + sealed.readUInt32BE(layout.counterAt + 4);
    if (counter > Number.MAX_SAFE_INTEGER) return 'forged';
    const name = sealed.toString('latin1', layout.keyIdAt, layout.counterAt);
    const sender = this.#senders.find(name);
    const floor = this.#senders.floorOf(name);
    if (sender ? !sender.window.isFresh(counter) : counter <= floor) return 'replayed';
    const salt = sealed.subarray(layout.saltAt, layout.counterAt);
    const key = sender?.key ?? deriveSenderKey(clusterKey, salt);
    const datagram = this.#decrypt(key, sealed);
    if (datagram === undefined) return 'forged';
    const heard = sender ?? {
      key: createSecretKey(key as Buffer),
      window: new ReplayWindow(floor),
    };
    heard.window.add(counter);
    this.#senders.heard(name, heard);
    return datagram;
  }

  #decrypt(key: KeyObject | Buffer, sealed: Buffer): Uint8Array | undefined {
    sealed.copy(this.#nonce, layout.nonceCounterAt, layout.counterAt, layout.headLength);
    const decipher = createDecipheriv('aes-256-gcm', key, this.#nonce, tagOptions);
    const end = sealed.length - layout.tagLength;
    decipher.setAAD(sealed.subarray(0, layout.headLength));
    decipher.setAuthTag(sealed.subarray(end));
    const datagram = decipher.update(sealed.subarray(layout.headLength, end));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return datagram;
  }
}

const tagOptions = { authTagLength: layout.tagLength };
