/** What the keys of version 2 mean, in a few words: docs/protocol.md says it in full. */
const keys: Readonly<Record<string, string>> = {
  v: 'the highest version that the sender speaks',
  id: 'random, new at each start: which run of which node this is',
  name: 'what the node is called, for people',
  period: 'milliseconds between two broadcasts of the sender',
  tcp: 'the TCP port from which the sender serves its files',
  ping: 'send these random digits back, so that I know you are there',
  pong: 'the digits that you sent: I am really at this address',
  leave: 'goodbye: the sender is about to stop',
  guest: 'the sender wants answers, but is no member',
  req: 'which request this is: the answer carries the same digits',
  filename: 'the name of the file',
  size: 'the size of the whole file in bytes',
  root: 'a hash over the hashes of all pieces: it names the content',
  miss: 'I do not have it: the answer that spares you the waiting',
  want: 'data, or the manifest: the hashes of all pieces',
  offset: 'where in the file the bytes begin',
  length: 'how many bytes',
  mtime: 'when the file was last changed, in milliseconds since 1970',
  pieceLength: 'how many bytes a piece of the file has',
  cursor: 'where a catalog goes on',
  error: 'why there are no data',
};

/** What a key means. */
export function meaningOf(key: string): string {
  return keys[key] ?? 'a key that this version does not know, and ignores';
}
