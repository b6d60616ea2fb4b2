// The datagrams by which a newcomer finds whoever has invited it: a question, and an answer as long as it.

/** Asks for the inviter whose invitation has a number. The words of the invitation are not told. */
export interface SeekQuestion {
  readonly type: 'question';
  readonly number: number;
  /** 16 hexadecimal digits, drawn for this search: who has not heard the question cannot answer it. */
  readonly token: string;
}

/** Says at which TCP port of the sender's host the invitation is accepted. */
export interface SeekAnswer {
  readonly type: 'answer';
  readonly number: number;
  readonly token: string;
  readonly port: number;
}

/** A datagram of a search for an inviter. */
export type SeekMessage = SeekQuestion | SeekAnswer;

/** The port has five digits, which are zeros in a question: so an answer is as long as its question. */
const pattern = /^(Seek|Here),([1-9]\d{0,5}|0),([0-9a-f]{16}),(\d{5})$/;

/** The longest such datagram, in bytes. */
const maxLength = 34;

/**
 * Writes a datagram.
 *
 * @see docs/protocol.md, "Finding the inviter"
 */
export function encodeSeek(message: SeekMessage): Uint8Array {
  const [word, port] = message.type === 'question' ? ['Seek', 0] : ['Here', message.port];
  const digits = String(port).padStart(5, '0');
  return Buffer.from(`${word},${message.number},${message.token},${digits}`, 'latin1');
}

/** Reads a datagram; `undefined` for anything else that arrives at the port. */
export function decodeSeek(datagram: Uint8Array): SeekMessage | undefined {
  if (datagram.length > maxLength) return undefined;
  const [, word, digits, token = '', last] =
    pattern.exec(Buffer.from(datagram).toString('latin1')) ?? [];
  const [number, port] = [Number(digits), Number(last)];
  if (word === 'Seek' && port === 0) return { type: 'question', number, token };
  const isPort = port >= 1 && port <= 65_535;
  return word === 'Here' && isPort ? { type: 'answer', number, token, port } : undefined;
}
