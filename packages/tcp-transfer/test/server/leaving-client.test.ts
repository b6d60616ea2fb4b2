// Clients that leave without a request, as those of a download do that has enough sources.
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { keyOf, keysOf, tlsClient } from '../support/sealed.ts';
import { closed, connect, scene } from './hostile-scene.ts';

it('A client that leaves without a request is no warning', async () => {
  const { server, warnings } = await scene();
  const client = connect(server);
  await once(client, 'connect');
  client.resume().end();
  await closed(client);
  expect(server.load.connections).toBe(0);
  expect(warnings).toEqual([]);
});

it('A client that leaves in the middle of a request is a warning', async () => {
  const { server, warnings } = await scene();
  const client = connect(server);
  client.resume().end('{"v":2,');
  await closed(client);
  expect(warnings.map(({ cause }) => (cause as Error).message)).toEqual([
    'the connection ended before the request was whole',
  ]);
});

it('A member that leaves a sealed server without a request is no warning', async () => {
  const key = keyOf();
  const { server, warnings } = await scene({ keys: keysOf(key) });
  const silent = connect(server);
  silent.resume().end();
  await closed(silent);
  const client = tlsClient(server.address, key);
  await once(client, 'secureConnect');
  client.resume().end();
  await closed(client);
  expect(warnings).toEqual([]);
});
