/**
 * What each package may weigh, minified and compressed, as a bundler makes it of what is published:
 * its own code, and for a browser, which loads all of it, its dependencies too.
 */
const outside = ['@peerlane/*', 'yaml', 'yargs', 'zod'];

const own = (name, limit, entry = 'index', imports = outside) => ({
  name: `@peerlane/${name}${entry.replace(/\/?index$/, '').replace(/^(?=.)/, '/')}`,
  path: `packages/${name}/dist/${entry}.js`,
  limit,
  modifyEsbuildConfig: (config) => ({
    ...config,
    platform: name === 'cluster' ? 'browser' : 'node',
    format: 'esm',
    external: imports,
  }),
});

export default [
  {
    name: '@peerlane/protocol, with all that it needs',
    path: 'packages/protocol/dist/index.js',
    limit: '8 kB',
  },
  own('cluster', '12 kB'),
  own('seal', '8 kB'),
  own('seal', '9 kB', 'invitation/index', [...outside, '@noble/*']),
  own('udp-node', '16 kB'),
  own('tcp-transfer', '70 kB'),
  own('cli', '2 kB'),
  // What only the command line needs would show here: it may load no other package.
  own('cli', '10 kB', 'node/index', ['@peerlane/*']),
];
