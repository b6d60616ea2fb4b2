// The steps of the tour: what each says, does and shows.
import type { Row } from '../../wire/row.ts';
import { answerDelay, retryDelay } from '../../wire/timing.ts';
import { countText } from '../words.ts';
import type { Like, Stage } from './stage.ts';

/** One step of the tour. */
export interface Step {
  readonly title: string;
  readonly text: readonly string[];
  /** The text of its button; a step without one shows a result of the step before. */
  readonly action?: string;
  /** The action of its button, on the real nodes. */
  readonly act?: (stage: Stage) => Promise<void>;
  /** Whether the step is done. */
  readonly done?: (stage: Stage) => boolean;
  /** The message to open when the step is done. */
  readonly message: (stage: Stage) => Row | undefined;
}

const file = 'hello-from-node3.txt';

const toNode3: Like = { kind: 'get', from: 'node1', to: 'node3' };

/** The two flows of the protocol, and what happens when they are disturbed. */
export const steps: readonly Step[] = [
  {
    title: 'A stranger says who it knows',
    text: [
      'A new node starts. Of the whole cluster it knows one address: that of node1. There is no server to ask, so it sends node1 a datagram: DISCOVER, with the members that it knows.',
    ],
    action: 'Start the new node',
    act: (stage) => stage.addNode(),
    done: (stage) => {
      const others = stage.running().length - 1;
      return (stage.newcomer()?.members.length ?? 0) >= others;
    },
    message: (stage) => stage.find({ kind: 'discover', from: stage.newcomer()?.name, to: 'node1' }),
  },
  {
    title: 'The answer names the others',
    text: [
      'node1 now knows the newcomer, and tells it in turn who it knows: each address is a field of the line. The newcomer says hello to all of these. Within milliseconds everyone knows everyone, and no one was in charge.',
      'Every 20 seconds each node tells all others again; who stays silent for long is forgotten.',
    ],
    message: (stage) => stage.find({ kind: 'discover', from: 'node1', to: stage.newcomer()?.name }),
  },
  {
    title: 'Who has this file?',
    text: [
      `node1 wants ${file}. It does not know who has it, so it asks everyone: Get, and the name. Watch the same datagram go to each member.`,
    ],
    action: `Get ${file}`,
    act: (stage) => stage.get('node1', file),
    done: (stage) => stage.downloaded(),
    message: (stage) => stage.find({ kind: 'get', from: 'node1' }),
  },
  {
    title: 'I have it',
    text: [
      'node3 found the file in its folder and answers File: 1 for TCP, then the port to fetch it from. The others say at once that they do not have it, in the second line of their datagram: the original reads only the first.',
    ],
    message: (stage) => stage.find({ kind: 'file', from: 'node3', to: 'node1' }),
  },
  {
    title: 'The file comes over TCP',
    text: [
      'Datagrams may get lost or change places. A file must not, so node1 opens a TCP connection to that port, sends one line, and gets one line back, and then the bytes.',
    ],
    message: (stage) => stage.find({ kind: 'request', from: 'node1', to: 'node3' }),
  },
  {
    title: 'The old way: ten seconds',
    text: [
      'Now node1 starts again as version 1, which speaks exactly as the original did, and asks once more. In version 1 only those who have been quick to help before are answered at once. Everyone else waits ten seconds: count them.',
    ],
    action: 'Ask as version 1',
    act: async (stage) => {
      await stage.version('node1', 1);
      await stage.get('node1', file);
      const asked = await stage.first(toNode3);
      stage.say((now) => `node3 answers ${countText(now - asked.at, answerDelay)}.`);
      await stage.show(asked);
    },
    done: (stage) => stage.downloaded(),
    message: (stage) =>
      stage.find({ kind: 'file', from: 'node3', to: 'node1', answers: stage.find(toNode3) }),
  },
  {
    title: 'A header of 74 bytes',
    text: [
      'Version 1 over TCP: Get and the name go out; ten bytes of size and 64 bytes of name come back, filled up with colons, and then the file until the connection ends.',
    ],
    message: (stage) => stage.find({ kind: 'header', from: 'node3' }),
  },
  {
    title: 'A link breaks',
    text: [
      'UDP promises nothing. Cut the link between node1 and node3, and ask again, in version 2: the datagrams leave, and never arrive. node1 asks again, less and less often. When the link is healed, the next Get gets through, and nothing is lost but time.',
    ],
    action: 'Cut the link, ask, heal it',
    act: async (stage) => {
      await stage.version('node1', 2);
      await stage.calm();
      await stage.cut('node1', 'node3', true);
      await stage.get('node1', file);
      try {
        const lost = await stage.first({ ...toNode3, fate: 'lost' });
        stage.say(() => 'Lost: the Get has left node1, and does not arrive at node3.');
        await stage.show(lost);
        const again = await stage.first({ ...toNode3, fate: 'lost', after: lost });
        stage.say(() => 'The retry: node1 sends the same Get again. It is lost as well.');
        await stage.show(again);
      } finally {
        await stage.cut('node1', 'node3', false);
      }
      const [last, attempt] = stage.latest(toNode3);
      const due = last.at + retryDelay(2, attempt);
      stage.say(
        (now) =>
          `The link is whole again. node1 asks once more ${countText(now - last.at, due - last.at)}.`,
      );
      const heard = await stage.first({ ...toNode3, fate: 'received' });
      stage.say(() => 'This Get arrives, and node3 answers.');
      await stage.show(heard);
    },
    done: (stage) => stage.downloaded(),
    // The two ends are healed one after the other: an answer in between is lost as well.
    message: (stage) => stage.find({ kind: 'file', from: 'node3', to: 'node1', fate: 'received' }),
  },
  {
    title: 'Sealed: the same, unreadable',
    text: [
      'So far everyone on the network could read along, and ask. Now all nodes start again with a key that they share, and node1 asks once more. The same messages cross the wire, sealed: without the key one sees who speaks to whom, when and how much, and nothing else.',
      'This page holds the key: it shows the bytes of the wire, and below them the message that it has opened. The file comes over TCP, sealed by TLS 1.3 with the same key.',
    ],
    action: 'Seal the cluster, and ask',
    act: async (stage) => {
      await stage.seal(true);
      await stage.calm();
      await stage.get('node1', file);
    },
    done: (stage) => stage.downloaded(),
    message: (stage) => stage.find({ kind: 'get', from: 'node1', to: 'node3' }),
  },
];
