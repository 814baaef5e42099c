// Puts the built modules of the application into one file for each program: dist/main.js and dist/cli.js. A start then opens a thousand files
// less (docs/decisions/0040). Packages stay outside, but for what is used of two that consist of hundreds of files.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const BUILT = join(import.meta.dirname, 'dist/src');
const PACKAGES = join(import.meta.dirname, 'node_modules');

/** Packages of which only our own modules import anything, by the ES module that exports all of it. */
const TAKEN_IN = { 'class-validator': 'esm2015/index.js', jose: 'dist/webapi/index.js' };

const files = readdirSync(BUILT, { recursive: true })
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.replaceAll('\\', '/'))
  .sort();

// Entities and migrations are found by their files' names; in a bundle they are named instead.
const foundModules = {
  name: 'found modules',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/]src[\\/]database[\\/]found-modules\.js$/ }, ({ path }) => {
      const found = files.filter((file) => /\.entity\.js$|\/migrations\/[^/]+\.js$/.test(file));
      const rows = found.map((file) => `[${JSON.stringify(file)}, () => require(${JSON.stringify(`../${file}`)})]`);
      return {
        contents: `const modules = [${rows.join(',\n')}];
exports.foundModules = (wanted) => modules.filter(([file]) => wanted.test(file)).map(([, load]) => load());`,
        resolveDir: join(path, '..'),
      };
    });
  },
};

// Of a package that is required nothing can be left out; of one that is imported by names, all the rest is.
const usedExports = {
  name: 'used exports',
  setup({ onResolve, onLoad }) {
    const namespace = 'used exports';
    onResolve({ filter: new RegExp(`^(${Object.keys(TAKEN_IN).join('|')})$`) }, ({ path, namespace: from }) =>
      from === namespace ? { path: join(PACKAGES, path, TAKEN_IN[path]), sideEffects: false } : { path, namespace },
    );
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `export { ${namesUsedOf(path).join(', ')} } from ${JSON.stringify(path)};`,
      resolveDir: BUILT,
    }));
    // What these packages need themselves.
    onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) =>
      kind !== 'entry-point' &&
      /[\\/]node_modules[\\/](class-validator|validator|libphonenumber-js)[\\/]/.test(importer)
        ? { path: createRequire(importer).resolve(path), sideEffects: false }
        : undefined,
    );
  },
};

/** The names that the built modules use of a package: the compiler writes `package_1.name`. */
function namesUsedOf(name) {
  const variable = `${name.replaceAll(/\W/g, '_')}_1`;
  const names = new Set();
  for (const file of files) {
    const text = readFileSync(join(BUILT, file), 'utf8');
    const isRequired = text.includes(`require("${name}")`);
    if (isRequired && !text.includes(`const ${variable} = require("${name}")`)) {
      throw new Error(`${file} has to import what it needs of ${name} by names.`);
    }
    for (const [, used] of text.matchAll(new RegExp(`\\b${variable}\\.(\\w+)`, 'g'))) names.add(used);
  }
  return [...names].sort();
}

await build({
  entryPoints: [join(BUILT, 'main.js'), join(BUILT, 'cli.js')],
  outdir: join(BUILT, '..'),
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifyWhitespace: true,
  sourcemap: true,
  logLevel: 'warning',
  plugins: [foundModules, usedExports],
});
