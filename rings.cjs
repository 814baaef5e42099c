// Which folder stands in which ring, and whom of its own ring it may import: THE table, which .dependency-cruiser.cjs, eslint.config.mjs and
// test/architecture read. docs/architecture.md explains it.

/** Ring 0: pure TypeScript. Folder → neighbours that it may import. */
const vocabulary = { protocol: ['crypto'], crypto: [] };

/** Ring 1: folder → neighbours that it may import. */
const platform = {
  config: [],
  logging: ['config'],
  database: ['config', 'logging'],
  http: ['config', 'logging', 'database'],
  encryption: ['config', 'logging', 'database'],
  outbound: ['config', 'logging'],
  replay: ['config', 'logging', 'database'],
  audit: ['config', 'logging', 'database', 'http'],
  'rate-limit': ['config', 'logging', 'database', 'http', 'audit'],
};

/** Ring 2: folder → neighbours that it may import. */
const nouns = {
  users: [],
  sessions: ['users'],
  clients: [],
  'resource-servers': [],
  'trusted-issuers': ['clients'],
  consents: [],
  interactions: [],
  keys: [],
  tokens: ['keys', 'clients', 'resource-servers'],
  'sender-constraint': [],
};

/** Ring 5. */
const surfaces = { pages: [], admin: [], cli: [], generator: [], docs: [], openapi: [], health: [], metrics: [] };

/** From the lowest to the highest. */
const rings = [
  { name: 'vocabulary', neighbours: vocabulary },
  { name: 'platform', neighbours: platform },
  { name: 'nouns', neighbours: nouns },
  { name: 'gate', neighbours: { auth: [] } },
  { name: 'oauth', neighbours: { oauth: [] } },
  { name: 'oidc', neighbours: { oidc: [] } },
  { name: 'surfaces', neighbours: surfaces },
  { name: 'features', neighbours: { features: [] } },
];

/** The folders of the rings of these names. */
const foldersOf = (...names) =>
  rings.filter(({ name }) => names.includes(name)).flatMap(({ neighbours }) => Object.keys(neighbours));

/** Folders whose sub-folders are units of their own (a specification, a feature, an administered noun). */
const collections = ['oauth', 'oidc', 'features', 'admin'];

module.exports = { collections, foldersOf, rings };
