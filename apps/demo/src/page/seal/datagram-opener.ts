// Opens sealed datagrams in the browser. docs/protocol.md, "Sealed datagrams".
import { datagramForm } from '@peerlane/protocol';
import { base64Of, bytesOf, hexOf } from '../../wire/encodings.ts';
import type { DemoEvent } from '../../wire/events.ts';
import { sealLayout as at, tagLength } from '../../wire/seal-layout.ts';

/** The most senders whose keys are kept: a node that starts again is another one. */
const maxSenders = 256;

/** A key that the browser uses, and gives to nobody. */
type BrowserKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

type Bytes = Uint8Array<ArrayBuffer>;

/** What is derived from the text of a key. */
interface HeldKey {
  readonly id: string;
  /** What the keys of senders are derived from. */
  readonly datagrams: BrowserKey;
}

/** Opens datagrams with the one key that the page holds. */
export class DatagramOpener {
  #key: Promise<HeldKey> | undefined;
  readonly #senders = new Map<string, Promise<BrowserKey>>();

  /** Takes the text of a key: from now on datagrams are opened with this one. */
  hold(text: string): void {
    this.#senders.clear();
    this.#key = heldKey(text);
  }

  /** The event, with the message of its datagram if that is sealed and can be opened. */
  async opened(event: DemoEvent): Promise<DemoEvent> {
    if (event.type !== 'datagram') return event;
    const message = await this.open(bytesOf(event.bytes));
    return message ? { ...event, opened: base64Of(message) } : event;
  }

  /** The message in a sealed datagram; `undefined` if it is not sealed, or with another key. */
  async open(bytes: Bytes): Promise<Uint8Array | undefined> {
    if (!this.#key || datagramForm(bytes) !== 'sealed') return undefined;
    const key = await this.#key;
    if (hexOf(bytes.subarray(at.keyId, at.salt)) !== key.id) return undefined;
    const salt = bytes.subarray(at.salt, at.counter);
    const iv = new Uint8Array(12);
    iv.set(bytes.subarray(at.counter, at.ciphertext), 4);
    const additionalData = bytes.subarray(0, at.ciphertext);
    const how = { name: 'AES-GCM', iv, additionalData, tagLength: 8 * tagLength };
    try {
      const sender = await this.#senderKey(key, salt);
      const sealed = bytes.subarray(at.ciphertext);
      return new Uint8Array(await crypto.subtle.decrypt(how, sender, sealed));
    } catch {
      // A wrong tag: a stranger wrote it, or changed it.
      return undefined;
    }
  }

  #senderKey({ datagrams }: HeldKey, salt: Bytes): Promise<BrowserKey> {
    const name = hexOf(salt);
    let sender = this.#senders.get(name);
    if (!sender) {
      sender = derived(datagrams, 'sender', 32, salt).then((bytes) =>
        crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['decrypt']),
      );
      this.#senders.set(name, sender);
      const [oldest] = this.#senders.keys();
      if (this.#senders.size > maxSenders) this.#senders.delete(oldest!);
    }
    return sender;
  }
}

async function heldKey(text: string): Promise<HeldKey> {
  const base64url = text.slice(text.indexOf(':') + 1);
  const whole = await derivable(bytesOf(base64url.replaceAll('-', '+').replaceAll('_', '/')));
  const id = hexOf(await derived(whole, 'key id', 4));
  return { id, datagrams: await derivable(await derived(whole, 'datagrams', 32)) };
}

function derivable(bytes: Bytes): Promise<BrowserKey> {
  return crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveBits']);
}

/** HKDF-SHA-256. */
async function derived(
  from: BrowserKey,
  label: string,
  length: number,
  salt: Bytes = new Uint8Array(),
): Promise<Bytes> {
  const info = new TextEncoder().encode(`peerlane 1 ${label}`);
  const how = { name: 'HKDF', hash: 'SHA-256', salt, info };
  return new Uint8Array(await crypto.subtle.deriveBits(how, from, length * 8));
}
