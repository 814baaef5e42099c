import { pluralOf, singularOf } from './inflection';

/** A feature cannot be made; the message is a sentence that says what to change. */
export class FeatureRefused extends Error {
  override readonly name = 'FeatureRefused';
}

/** One noun in all the spellings that a feature needs. */
export interface FeatureNames {
  /** Of many things, in kebab-case: the folder, the path and the scopes. */
  readonly many: string;
  /** Of one thing, in kebab-case: the files. */
  readonly one: string;
  /** The classes of the whole, such as the controller. */
  readonly Many: string;
  /** The classes of one thing, such as the entity. */
  readonly One: string;
  readonly table: string;
  /** For sentences. */
  readonly words: { readonly one: string; readonly many: string };
}

/** Leaves room for what is added to it: PostgreSQL's names have 63 bytes. */
const MAX_LENGTH = 40;

const KEBAB_CASE = /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/;

const TYPESCRIPT_WORDS = new Set(
  [
    'abstract any as async await boolean break case catch class const constructor continue debugger declare default',
    'delete do else enum export extends false finally for from function get if implements import in instanceof',
    'interface is keyof let module namespace never new null number object of package private protected public readonly',
    'require return set static string super switch symbol this throw true try type typeof undefined unknown var void',
    'while with yield',
  ].flatMap((line) => line.split(' ')),
);

/** Reserved by PostgreSQL or SQLite: a table of that name would have to be quoted in every statement. */
const SQL_WORDS = new Set(
  [
    'all alter analyse analyze and any array as asc authorization between binary both by case cast check collate column',
    'constraint create cross current_user default deferrable delete desc distinct do drop else end escape except exists',
    'fetch for foreign freeze from full grant group having if in index inner insert intersect into is isnull join key',
    'lateral leading left like limit localtime not null offset on only or order outer overlaps placing primary',
    'references returning right row rows select session_user set similar some symmetric table then to trailing',
    'transaction union unique update user using values variadic verbose view when where window with',
  ].flatMap((line) => line.split(' ')),
);

/** Names that the generated files use, or that the compiler uses in them: a class of the feature's own would stand in their way. */
const USED_NAMES = new Set(
  [
    'AccessToken ApiProperty Body Claims Clock Controller Delete DescribeOperation DescribeScopes Entity FastifyReply ForeignKey Get',
    'HttpCode Index Injectable InstantColumn IsString Matches MaxLength MigrationInterface Module Page PageQuery',
    'PageRequest Param PartialType Patch Post PrimaryColumn Problem Query QueryRunner Reader RequireScopes Res Table',
    'TestApp TestClient TextColumn UnitOfWork User',
    'Array BigInt Boolean Date Function Number Object Partial Pick Promise String Symbol',
  ].flatMap((line) => line.split(' ')),
);

/**
 * The spellings of a feature's name.
 * @param name in kebab-case, of one thing or of many
 * @param singular the form for one thing, where it is not the usual one
 * @throws {FeatureRefused} when it makes no names of classes, tables and paths
 */
export function featureNames(name: string, singular?: string): FeatureNames {
  for (const text of singular === undefined ? [name] : [name, singular]) assertNoun(text);
  const one = singular ?? singularOf(name);
  const many = singular === undefined ? pluralOf(name) : name;
  const names: FeatureNames = {
    many,
    one,
    Many: pascalCase(many),
    One: pascalCase(one),
    table: many.replaceAll('-', '_'),
    words: { one: one.replaceAll('-', ' '), many: many.replaceAll('-', ' ') },
  };
  if (TYPESCRIPT_WORDS.has(name) || TYPESCRIPT_WORDS.has(many) || SQL_WORDS.has(names.table)) {
    throw new FeatureRefused(`"${name}" is a reserved word of TypeScript or SQL: choose another name.`);
  }
  if (USED_NAMES.has(names.One)) {
    throw new FeatureRefused(
      `A class ${names.One} would hide the one that TypeScript or Nest calls so: choose another name.`,
    );
  }
  return names;
}

function assertNoun(text: string): void {
  if (!KEBAB_CASE.test(text)) {
    throw new FeatureRefused(
      `${JSON.stringify(text)} cannot be a name: write small letters and digits, with hyphens between words, such as shopping-lists.`,
    );
  }
  if (text.length > MAX_LENGTH) throw new FeatureRefused(`A name has at most ${MAX_LENGTH} characters.`);
}

function pascalCase(kebab: string): string {
  return kebab.replace(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
