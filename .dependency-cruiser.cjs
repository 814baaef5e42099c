// The rings of the house: who may import whom. docs/architecture.md explains them; test/architecture/rings.spec.ts proves that
// each rule below bites.
//
// A folder belongs to one ring (rings.cjs). A ring imports the rings below it, never one above it; beside it only what its table names.

const { collections, foldersOf, rings } = require('./rings.cjs');

/** Sub-folders that are open although they are sub-folders. */
const openFolders = ['^src/auth/decorators/[^/]+$'];

/** What every specification under oauth/ may import, and whom a specification extends. */
const oauthBase = ['token-endpoint', 'client-authentication', 'metadata', 'resource-indicators', 'client-registration'];
const oauthExtends = {
  dpop: 'authorization-code',
  'pushed-authorization': 'authorization-code',
  'request-objects': 'authorization-code',
  jarm: 'authorization-code',
};

const within = (folders) => `^src/(?:${folders.join('|')})/`;
const everywhere = within(foldersOf(...rings.map(({ name }) => name)));

/** One rule per ring: nothing above it. The features have a stricter rule of their own. */
const upward = rings.slice(0, -1).map(({ name }, level) => ({
  name: `${name}-imports-nothing-above`,
  comment: 'Turn the dependency round: let the upper ring register itself in a registry of the lower one.',
  from: { path: within(foldersOf(name)) },
  to: { path: within(foldersOf(...rings.slice(level + 1).map((ring) => ring.name))) },
}));

/** One rule per folder of a ring: no neighbour but those that its table names. */
const sideways = ({ name, neighbours }) =>
  Object.entries(neighbours).map(([folder, allowed]) => ({
    name: `${name}-stand-apart`,
    comment: `${folder}/ may import of its own ring: ${allowed.join(', ') || 'nothing'}.`,
    from: { path: `^src/${folder}/` },
    to: { path: within(Object.keys(neighbours)), pathNot: within([folder, ...allowed]) },
  }));

const forbidden = [
  {
    name: 'no-cycle',
    comment: 'Files that need each other are one file, or lack a third below them.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphan',
    comment: 'Imported by nobody and importing nothing: delete it.',
    from: {
      orphan: true,
      path: '^src/',
      pathNot: ['^src/(?:main|cli)\\.ts$', '/migrations/', '\\.spec\\.ts$', '\\.d\\.ts$'],
    },
    to: {},
  },
  {
    name: 'folder-without-ring',
    comment: 'Give the folder its place in rings.cjs.',
    from: {},
    to: { path: '^src/[^/]+/', pathNot: everywhere },
  },
  {
    name: 'folder-without-ring',
    comment: 'Give the folder its place in rings.cjs.',
    from: { path: '^src/[^/]+/', pathNot: everywhere },
    to: {},
  },
  {
    name: 'nothing-imports-the-composition-root',
    comment:
      'main, cli, bootstrap, app.module and ormconfig put the house together; they are imported by each other only.',
    from: { path: '^src/[^/]+/' },
    to: { path: ['^src/[^/]+\\.ts$', '^ormconfig\\.ts$'], pathNot: '\\.d\\.ts$' },
  },
  {
    name: 'production-imports-no-test',
    comment: 'Only a *.spec.ts may use test/support.',
    from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
    to: { path: ['^test/', '\\.spec\\.ts$'] },
  },
  {
    name: 'no-test-imports-a-test',
    comment: 'Put what two tests share into test/support.',
    from: { path: '^src/.*\\.spec\\.ts$' },
    to: { path: ['\\.(?:spec|e2e-spec)\\.ts$', '^test/(?!support/)'] },
  },
  ...upward,
  {
    name: 'vocabulary-knows-no-framework',
    comment: 'The words of the RFCs are pure TypeScript.',
    from: { path: within(foldersOf('vocabulary')) },
    to: {
      path: [
        'node_modules/(?:@nestjs|@fastify|nest-commander|fastify|typeorm|pg|sqlite3|rxjs|reflect-metadata)/',
        'node_modules/(?:passport[^/]*|pino|prom-client|class-validator|class-transformer|rate-limiter-flexible)/',
      ],
    },
  },
  {
    name: 'vocabulary-does-no-io',
    comment: 'A caller hands over what it read.',
    from: { path: within(foldersOf('vocabulary')) },
    to: {
      dependencyTypes: ['core'],
      path: '^(?:node:)?(?:child_process|cluster|dgram|dns|fs|http|http2|https|net|process|readline|repl|sqlite|tls)(?:/|$)',
    },
  },
  ...rings.filter(({ neighbours }) => Object.keys(neighbours).length > 1).flatMap(sideways),
  {
    name: 'no-controller-below-the-gate',
    comment: 'What guards a route must never be needed below the gate.',
    from: { path: `${within(foldersOf('vocabulary', 'platform', 'nouns'))}.*\\.controller\\.ts$` },
    to: {},
  },
  {
    name: 'a-grant-imports-no-other-grant',
    comment: `A specification may import ${oauthBase.join(', ')} and the one that it extends (table in .dependency-cruiser.cjs).`,
    from: {
      path: '^src/oauth/([^/]+)/',
      pathNot: Object.keys(oauthExtends).map((folder) => `^src/oauth/${folder}/`),
    },
    to: { path: '^src/oauth/[^/]+/', pathNot: ['^src/oauth/$1/', `^src/oauth/(?:${oauthBase.join('|')})/`] },
  },
  ...Object.entries(oauthExtends).map(([folder, extended]) => ({
    name: 'a-grant-imports-no-other-grant',
    comment: `${folder}/ extends ${extended}/.`,
    from: { path: `^src/oauth/${folder}/` },
    to: {
      path: '^src/oauth/[^/]+/',
      pathNot: `^src/oauth/(?:${[folder, extended, ...oauthBase].join('|')})/`,
    },
  })),
  {
    name: 'features-see-only-the-gate',
    comment: 'A feature may import the vocabulary, the platform and auth/.',
    from: { path: within(['features']) },
    to: { path: '^src/[^/]+/', pathNot: within([...foldersOf('vocabulary', 'platform', 'gate'), 'features']) },
  },
  {
    name: 'a-feature-imports-no-other-feature',
    comment: 'Two features that need each other are one feature.',
    from: { path: '^src/features/([^/]+)/' },
    to: { path: '^src/features/', pathNot: '^src/features/$1/' },
  },
  {
    name: 'no-private-sub-folder',
    comment: 'From outside of a folder, import the files at its root; its sub-folders are its own affair.',
    from: { path: '^src/([^/]+)' },
    to: {
      path: `^src/(?!(?:${collections.join('|')})/)[^/]+/[^/]+/`,
      pathNot: ['^src/$1/', ...openFolders],
    },
  },
  {
    name: 'no-private-sub-folder',
    comment: 'From outside of a folder, import the files at its root; its sub-folders are its own affair.',
    from: { path: ['^src/([^/]+)/([^/]+)', '^src/[^/]+$'] },
    to: {
      path: `^src/(?:${collections.join('|')})/[^/]+/[^/]+/`,
      pathNot: ['^src/$1/$2/'],
    },
  },
  {
    name: 'no-unresolved-import',
    comment: 'The file or package does not exist.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-undeclared-package',
    comment: 'What runs in production is listed under "dependencies" in package.json.',
    from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/' },
  },
];

module.exports = {
  forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:dist|bench|coverage)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'import', 'node', 'default', 'types'],
      mainFields: ['main', 'types', 'typings'],
    },
  },
};
