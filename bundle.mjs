// Puts the built modules of the application into one file for each program: dist/main.js and dist/cli.js. Packages stay outside. A start
// then opens 670 files less (docs/decisions/0040).
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const BUILT = join(import.meta.dirname, 'dist/src');

// Entities and migrations are found by their files' names; in a bundle they are named instead.
const foundModules = {
  name: 'found modules',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/]src[\\/]database[\\/]found-modules\.js$/ }, ({ path }) => {
      const files = readdirSync(BUILT, { recursive: true }).filter((file) => file.endsWith('.js'));
      const found = files
        .map((file) => file.replaceAll('\\', '/'))
        .filter((file) => /\.entity\.js$|\/migrations\/[^/]+\.js$/.test(file));
      const rows = found
        .sort()
        .map((file) => `[${JSON.stringify(file)}, () => require(${JSON.stringify(`../${file}`)})]`);
      return {
        contents: `const modules = [${rows.join(',\n')}];
exports.foundModules = (wanted) => modules.filter(([file]) => wanted.test(file)).map(([, load]) => load());`,
        resolveDir: join(path, '..'),
      };
    });
  },
};

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
  plugins: [foundModules],
});
