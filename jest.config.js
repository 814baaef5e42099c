// Nest 12 and some of its dependencies are ES modules; the application is CommonJS. Jest runs with --experimental-vm-modules
// (see package.json) and these dependencies are transformed to CommonJS for it.
const esmPackages = [
  '@nestjs',
  'jose',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'cookie',
  'content-disposition',
  'load-esm',
  'path-to-regexp',
  'oauth4webapi',
  'openid-client',
  '@seriousme',
  'preact',
];

const swc = {
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
};

// Views are written in JSX, which makes plain texts of them (preact-render-to-string).
const swcForViews = {
  ...swc,
  jsc: {
    ...swc.jsc,
    parser: { ...swc.jsc.parser, tsx: true },
    transform: { ...swc.jsc.transform, react: { runtime: 'automatic', importSource: 'preact' } },
  },
};

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/test/support/patience.ts'],
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', swc],
    '^.+\\.tsx$': ['@swc/jest', swcForViews],
    '^.+\\.m?js$': ['@swc/jest', { ...swc, jsc: { ...swc.jsc, parser: { syntax: 'ecmascript' } } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages.join('|')})/)`],
};

module.exports = {
  // Test and server share a process and wait for each other: a core for nobody else would idle.
  maxWorkers: '100%',
  // Each file leaves its modules behind; a worker that keeps hundreds of them does little but collect garbage, and dies of it.
  workerIdleMemoryLimit: '512MB',
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    // Of the sources, and of those that are generated: once, whatever the database.
    {
      ...shared,
      displayName: 'architecture',
      testMatch: ['<rootDir>/test/architecture/**/*.spec.ts', '<rootDir>/test/generator/**/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/test/support/make-key-pairs.ts',
      setupFiles: ['<rootDir>/test/support/ready-key-pairs.ts'],
    },
    { ...shared, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.browser-spec.ts'] },
  ],
};
