/**
 * A statement over several rows, whose text depends on how many they are; each text is made once, since a statement is prepared by its text.
 * @param build the text for that many rows, of which there are few: see `statementSize` and `statementPieces`
 */
export function sizedStatement(build: (rows: number) => string): (rows: number) => string {
  const texts = new Map<number, string>();
  return (rows) => {
    let text = texts.get(rows);
    if (text === undefined) {
      text = build(rows);
      texts.set(rows, text);
    }
    return text;
  };
}

/** As many placeholders, with commas between them. */
export function places(count: number): string {
  return Array(count).fill('?').join(', ');
}

/** The placeholders of as many rows, as they stand behind `VALUES`. */
export function rowPlaces(rows: number, columns: number): string {
  return Array(rows)
    .fill(`(${places(columns)})`)
    .join(', ');
}
