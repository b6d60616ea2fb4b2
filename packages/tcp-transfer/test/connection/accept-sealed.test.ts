// The server's side of a sealed connection, and the socket below it.
import { createConnection, type Socket } from 'node:net';
import { it, onTestFinished } from 'vitest';
import { deferred } from '../../src/async.ts';
import { acceptSealed } from '../../src/connection/accept-sealed.ts';
import { reset, unacknowledged } from '../../src/connection/socket.ts';
import { eventually, fakeServer } from '../support/helpers.ts';
import { expectCutOff } from '../server/hostile-scene.ts';
import { keyOf, keysOf, tlsClient } from '../support/sealed.ts';

it.skipIf(process.platform !== 'linux')(
  'What a sealed client has not read yet is counted at the socket below, which can be reset',
  async () => {
    const key = keyOf();
    const accepted = deferred<undefined>();
    const below = deferred<Socket>();
    const address = await fakeServer((socket) => {
      below.resolve(socket.pause());
      acceptSealed(socket, keysOf(key)).then((sealed) => {
        accepted.resolve(undefined);
        sealed!.write(Buffer.alloc(32 * 1024 * 1024));
      }, accepted.reject);
    });
    const socket = createConnection(address);
    onTestFinished(() => void socket.destroy());
    const client = tlsClient(address, key, { socket });
    await accepted.promise;
    client.pause();
    const raw = await below.promise;
    const isWaiting = (): true | undefined => ((unacknowledged(raw) ?? 0) > 0 ? true : undefined);
    await eventually(isWaiting);
    reset(raw);
    await expectCutOff(client);
  },
);
