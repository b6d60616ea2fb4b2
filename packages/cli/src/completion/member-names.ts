// The names of members that complete a receiver.
import { visibleText } from '@peerlane/protocol';
import type { Invocation } from '../command-line/parse.ts';
import { asGuest } from '../members/guest.ts';
import type { Io } from '../output/io.ts';
import { meetMembers } from './meet-members.ts';

/** The names that begin with a text, or the addresses of members without one. */
export async function memberNames(
  send: Invocation<'send'>,
  start: string,
  io: Io,
): Promise<string[]> {
  const names = await asGuest(send, io, async ({ node }) => {
    const isHeard = (): boolean => node.members().some(({ state }) => state === 'heard');
    await meetMembers(node, isHeard, io.signal);
    return node
      .members()
      .filter(({ state }) => state === 'heard')
      .map(({ name, address }) => name ?? address);
  });
  return [...new Set(names)].filter(
    // A name that cannot be shown as it is could not be typed.
    (name) => name.startsWith(start) && visibleText(name) === name && !name.startsWith('-'),
  );
}
