/** A ring: its folders, each with the neighbours that it may import. */
export interface Ring {
  readonly name: string;
  readonly neighbours: Readonly<Record<string, readonly string[]>>;
}

/** From the lowest to the highest. */
export const rings: readonly Ring[];

/** The folders of the rings of these names. */
export function foldersOf(...names: readonly string[]): string[];
