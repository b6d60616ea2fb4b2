import type { DemoEvent } from '../wire/events.ts';
import { Controls } from './controls.ts';
import { Diagram } from './messages/diagram.ts';
import { byId } from './dom.ts';
import { showDownloads } from './downloads.ts';
import { Model } from './model.ts';
import { Picture } from './picture.ts';
import { Selection } from './selection.ts';
import { Tour } from './tour/tour.ts';

const model = new Model();
const selection = new Selection();
new Picture(model, selection);
const controls = new Controls(model, selection);
const diagram = new Diagram(model);
showDownloads(model);
new Tour(model, controls, diagram);

const events = new EventSource('/events');
const connection = byId('connection');
events.addEventListener('open', () => {
  connection.textContent = 'Live';
  connection.className = 'live';
});
events.addEventListener('error', () => {
  connection.textContent = 'The demo has ended';
  connection.className = 'ended';
});
events.addEventListener('message', ({ data }) => {
  model.take(JSON.parse(String(data)) as DemoEvent);
});
