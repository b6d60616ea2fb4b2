import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { imports } from './eslint.imports.js';
import { rooms } from './eslint.rooms.js';

// The layers point downwards. What the sources of each package may reach for stands here.

const time = ['setTimeout', 'setInterval', 'setImmediate', 'performance', 'Date'];
const randomness = ['crypto'];
const everything = ['globalThis', 'global'];
const surroundings = ['queueMicrotask', 'process', 'Buffer', 'window', 'document', 'fetch'];

const withoutGlobals = (...names) => ({
  'no-restricted-globals': [
    'error',
    ...names.map((name) => ({
      name,
      message: 'Here time, randomness and the surroundings come in as arguments.',
    })),
  ],
});
const withoutMathRandom = {
  'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
};

// In a sticky folder Node's rm, even of one file, goes through another user's link into what it leads to.
const withoutRm = {
  'no-restricted-imports': [
    'error',
    {
      paths: ['fs', 'node:fs', 'fs/promises', 'node:fs/promises'].map((name) => ({
        name,
        importNames: ['rm', 'rmSync'],
        message: 'Remove what has a known name by unlink or rmdir, in a folder that is held open.',
      })),
    },
  ],
};

// On Windows an entry that a virus scanner looks at can be neither renamed nor removed just then.
const triedAgain = {
  'no-restricted-syntax': [
    'error',
    {
      selector:
        'ImportDeclaration[source.value=/^(node:)?fs(.promises)?$/] > ImportSpecifier[imported.name=/^(rename|unlink|rmdir|rm)(Sync)?$/]',
      message: 'Take it from while-busy.ts, which tries again.',
    },
  ],
};

const noneOfUdp = ['tls', 'fs', 'http', 'https', 'http2', 'child_process', 'timers', 'perf_hooks'];

const layer = (name, imports, rules = {}) => ({
  files: [`packages/${name}/src/**/*.ts`],
  rules: { 'peerlane/imports': ['error', imports], ...rules },
});

const pure = {
  ...withoutGlobals(...time, ...randomness, ...everything, ...surroundings),
  ...withoutMathRandom,
};

// The rooms of a package, from the lowest floor up.
const floors =
  (name, ...floors) =>
  (doors) => ({
    files: [`packages/${name}/src/**/*.ts`],
    rules: { 'peerlane/rooms': ['error', { floors, doors }] },
  });

export default defineConfig(
  {
    ignores: [
      ...['**/dist/', '**/coverage/', '**/.turbo/', '.mutants-*/'],
      // Made of the configuration by a build, which may run beside.
      '**/tsup.config.bundled_*',
      'packages/cli/test/fixtures/release-*/',
    ],
  },
  js.configs.recommended,
  {
    files: ['scripts/**'],
    languageOptions: {
      globals: {
        ...{ process: false, performance: false, setTimeout: false, clearTimeout: false },
        ...{ Buffer: false, URL: false, fetch: false },
      },
    },
  },
  { files: ['**/*.ts'], extends: [tseslint.configs.strict] },
  {
    files: ['**/{src,test,sim}/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/test/**/*.ts'],
    rules: { '@typescript-eslint/no-confusing-void-expression': 'off' },
  },
  {
    files: ['{packages,apps}/*/{src,test}/**/*.ts', 'bench/src/**/*.ts'],
    plugins: { peerlane: { rules: { imports, rooms } } },
    rules: { 'peerlane/imports': 'error' },
  },
  layer('protocol', { peerlane: [], nodeOnly: [] }, pure),
  layer('cluster', { peerlane: ['protocol'], nodeOnly: [] }, pure),
  layer('seal', { peerlane: [], nodeOnly: ['crypto', 'util', 'stream'] }, withoutMathRandom),
  layer(
    'udp-node',
    { peerlane: ['protocol', 'cluster'], nodeExcept: ['net', 'crypto', ...noneOfUdp] },
    { ...withoutGlobals(...time, ...randomness, ...everything), ...withoutMathRandom },
  ),
  // Its lists of networks open nothing.
  {
    files: [
      'packages/udp-node/src/limits/allow.ts',
      'packages/udp-node/src/system/same-network.ts',
    ],
    rules: {
      'peerlane/imports': [
        'error',
        { peerlane: ['protocol', 'cluster'], nodeExcept: ['crypto', ...noneOfUdp] },
      ],
    },
  },
  // The rest of this layer gets time and randomness from these two.
  {
    files: ['packages/udp-node/src/system/clock.ts'],
    rules: withoutGlobals(...randomness, ...everything),
  },
  {
    files: ['packages/udp-node/src/system/random.ts'],
    rules: {
      ...withoutGlobals(...time, ...everything),
      'no-restricted-properties': 'off',
      'peerlane/imports': [
        'error',
        { peerlane: ['protocol', 'cluster'], nodeExcept: ['net', ...noneOfUdp] },
      ],
    },
  },
  {
    files: ['packages/udp-node/src/testing/**'],
    rules: withoutGlobals(...randomness, ...everything),
  },
  layer(
    'tcp-transfer',
    {
      peerlane: ['protocol'],
      nodeExcept: ['dgram', 'http', 'https', 'http2', 'child_process'],
    },
    triedAgain,
  ),
  {
    files: ['packages/tcp-transfer/src/leftovers/while-busy.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  layer('cli', {
    peerlane: ['protocol', 'cluster', 'seal', 'udp-node', 'tcp-transfer'],
    nodeExcept: ['dgram', 'net', 'tls', 'http', 'https', 'http2'],
  }),
  { files: ['{packages,apps}/*/src/**/*.ts'], rules: withoutRm },
  floors('seal', ['.'], ['datagrams', 'invitation'])(['index.ts']),
  floors(
    'udp-node',
    ['system'],
    ['limits'],
    ['transport'],
    ['lan', 'sending', 'answers', 'search'],
    ['.', 'testing'],
  )(['index.ts']),
  floors(
    'tcp-transfer',
    ['.'],
    ['paths', 'limits'],
    ['leftovers', 'names'],
    ['sharing', 'storage', 'hashing', 'connection'],
    ['manifests', 'requests'],
    ['folders'],
    ['answers'],
    ['sends'],
    ['server', 'swarm', 'lists'],
    ['sources', 'trees', 'tree-target'],
    ['download'],
    ['tree-download'],
  )(['index.ts']),
  floors(
    'cli',
    ['.', 'text', 'files'],
    ['search', 'keys'],
    ['sends'],
    ['node', 'config'],
    ['command-line'],
    ['events'],
    ['lines', 'output'],
    ['members', 'invitation', 'receiving'],
    ['session', 'delivery', 'sending', 'serving'],
    ['commands', 'completion'],
  )(['index.ts', 'node/index.ts', 'main.ts', 'bin.ts']),
  {
    files: ['apps/demo/src/**/*.ts'],
    rules: { 'peerlane/imports': ['error', { peerlane: ['cli', 'protocol'] }] },
  },
);
