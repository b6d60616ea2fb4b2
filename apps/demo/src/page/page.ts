// The page: its parts, and the stream of events that they show.
import type { DemoEvent } from '../wire/events.ts';
import { Controls } from './controls.ts';
import { byId } from './dom.ts';
import { showDownloads } from './downloads.ts';
import { Diagram } from './messages/diagram.ts';
import { Model } from './model.ts';
import { showPanels } from './panels.ts';
import { Picture } from './picture.ts';
import { DatagramOpener } from './seal/datagram-opener.ts';
import { Selection } from './selection.ts';
import { Player } from './time/player.ts';
import { TimeBar } from './time/time-bar.ts';
import { Tour } from './tour/tour.ts';

/** The state of now, which commands can change. */
const present = new Model();
/** The state that the picture and the messages show, which may be in the past. */
const shown: Model = new Model(() => player.position);
const player: Player = new Player(
  {
    show: (event, isPast) => {
      shown.isPast = isPast;
      return shown.apply(event);
    },
  },
  Date.now,
);
const selection = new Selection();
new Picture(shown, selection);
const controls = new Controls(present, selection);
const diagram = new Diagram(shown);
showDownloads(present);
showPanels(present);
const timeBar = new TimeBar(player);
new Tour(shown, controls, diagram, () => {
  timeBar.goLive();
});

const opener = new DatagramOpener();
let hearing = Promise.resolve();
const events = new EventSource('events');
const connection = byId('connection');
/** Enables the commands only while the page is connected to the demo. */
const enable = (isConnected: boolean): void => {
  for (const fieldset of document.querySelectorAll<HTMLFieldSetElement>('fieldset.commands')) {
    fieldset.disabled = !isConnected;
  }
};
events.addEventListener('open', () => {
  enable(true);
  connection.textContent = 'Connected';
  connection.className = 'live';
});
events.addEventListener('error', () => {
  enable(false);
  connection.textContent = 'The demo has ended';
  connection.className = 'ended';
});
events.addEventListener('message', ({ data }) => {
  const event = JSON.parse(String(data)) as DemoEvent;
  // The controls and the downloads show no messages.
  if (!('at' in event)) present.apply(event);
  if (event.type === 'snapshot') opener.hold(event.state.key);
  const opened = opener.opened(event);
  // Datagrams are opened side by side, and heard in their order.
  hearing = hearing.then(async () => {
    player.hear(await opened);
  });
});
