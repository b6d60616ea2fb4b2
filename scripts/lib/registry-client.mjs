// Publishes to a registry of this machine, and asks it.
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { npm, packageNames, pnpm, root } from './commands.mjs';
import { readManifest } from './release-copy.mjs';

/** The environment of a user of npm who knows this registry alone, and may publish to it. */
export async function clientOf(folder, url) {
  const response = await fetch(`${url}-/user/org.couchdb.user:rehearsal`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'rehearsal', password: 'for this run alone' }),
  });
  const { token } = await response.json();
  const settings = join(folder, 'npmrc');
  writeFileSync(settings, `registry=${url}\n${url.slice('http:'.length)}:_authToken=${token}\n`);
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:p?npm_|node_auth_token|p2p_)/i.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    npm_config_registry: url,
    npm_config_userconfig: settings,
    npm_config_globalconfig: join(folder, 'no-global-npmrc'),
    npm_config_cache: join(folder, 'npm-cache'),
  };
}

/** Throws unless whatever could publish from the copy would publish to this machine. */
export function checkRegistry(copy, env) {
  for (const name of packageNames) {
    const cwd = join(copy, 'packages', name);
    if (readManifest(copy, name).publishConfig.registry !== undefined) {
      throw new Error(`@peerlane/${name} names a registry of its own`);
    }
    for (const key of ['registry', '@peerlane:registry']) {
      for (const ask of [npm, pnpm]) {
        const url = ask(['config', 'get', key], { cwd, env }).trim();
        if (url === 'undefined' || url === '') continue;
        if (new URL(url).hostname !== '127.0.0.1') throw new Error(`would publish to ${url}`);
      }
    }
  }
}

/** The versions of a package that the registry has. */
export async function published(registry, name) {
  const response = await fetch(`${registry}@peerlane%2f${name}`);
  return Object.keys((await response.json()).versions ?? {});
}
