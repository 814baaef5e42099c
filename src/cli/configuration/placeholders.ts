import { type Document, isScalar, visit } from 'yaml';

/** Texts that take the place of `${name}` in a file, by their names. */
export type PlaceholderValues = ReadonlyMap<string, string>;

/** What in a file and what beside it does not fit together. */
export interface Misfits {
  /** Names in the file that have no value. */
  readonly missing: readonly string[];
  /** Names that have a value and are not in the file. */
  readonly idle: readonly string[];
}

const PLACEHOLDER = /\$\{([A-Za-z_]\w*)\}/g;

/** Puts values in the place of `${name}` in every text of a document, names of members apart. A value is never read as YAML. */
export function fillIn(document: Document, values: PlaceholderValues): Misfits {
  const missing = new Set<string>();
  const used = new Set<string>();
  visit(document, {
    Scalar: (role, node) => {
      if (role === 'key' || !isScalar<unknown>(node) || typeof node.value !== 'string') return;
      node.value = node.value.replace(PLACEHOLDER, (placeholder, name: string) => {
        const value = values.get(name);
        (value === undefined ? missing : used).add(name);
        return value ?? placeholder;
      });
    },
  });
  return { missing: [...missing], idle: [...values.keys()].filter((name) => !used.has(name) && !missing.has(name)) };
}
