// Reads docker-compose.yml.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A node of docker-compose.yml. */
export interface Service {
  readonly environment: Readonly<Record<string, string | number>>;
  readonly volumes: readonly string[];
  readonly [key: string]: unknown;
}

/** A file at the top of the checkout. */
export function read(name: string): string {
  return readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
}

/** The content of docker-compose.yml. */
export function compose(): { readonly services: Readonly<Record<string, Service>> } {
  return parse(read('docker-compose.yml'), { merge: true }) as ReturnType<typeof compose>;
}
