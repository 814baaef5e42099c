import { parseArgs } from 'node:util';
import { SystemClock } from '../config/clock';
import { FeatureRefused } from './feature-names';
import { makeFeature, type MadeFeature } from './make-feature';

const USAGE = `Usage: npm run new:feature -- <name> [--singular <name>]

Makes src/features/<name>/ with a guarded controller, its scopes, an entity and its migration, and a test that passes at once.
The name is one noun in kebab-case, for one thing or for many: todo, todos, shopping-lists.

Options:
  --singular <name>  the form for one thing, where it is not the usual one: criteria --singular criterion
`;

function main(): number {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { singular: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      process.stdout.write(USAGE);
      return 0;
    }
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0) {
      process.stderr.write(USAGE);
      return 2;
    }
    process.stdout.write(report(makeFeature(process.cwd(), new SystemClock(), name, values.singular)));
    return 0;
  } catch (error) {
    if (isUsageError(error)) process.stderr.write(`${error.message}\n\n${USAGE}`);
    else if (error instanceof FeatureRefused) process.stderr.write(`${error.message}\n`);
    else throw error;
    return error instanceof FeatureRefused ? 1 : 2;
  }
}

function report({ names: { many, Many, one }, files }: MadeFeature): string {
  return [
    `Made the feature ${many}:`,
    ...files.map((file) => `  ${file}`),
    'and imported it in src/app.module.ts.',
    '',
    `Next: npm run jest -- test/features/${many}   passes as it is.`,
    `Then give it columns of its own: each in ${one}.entity.ts, in dto/${one}.dto.ts, in ${one}.view.ts, and in the migration.`,
    `${one}.store.ts keeps whatever the DTO lets in. Once the server has started with the migration, a column needs another one:`,
    `  npm run migration:generate -- AddColumnTo${Many} features/${many}`,
    '',
  ].join('\n');
}

/** An option that {@link parseArgs} does not know. */
function isUsageError(error: unknown): error is Error {
  return error instanceof TypeError && String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
}

process.exitCode = main();
