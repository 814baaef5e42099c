/**
 * What Unicode's full case folding does beyond lower case, for text in NFKC: sharp s, final sigma, the Greek iota below, and the
 * historic Cyrillic forms that have no capital of their own.
 */
const FOLDS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ς: 'σ',
  '\u0345': 'ι',
  '\u1c80': 'в',
  '\u1c81': 'д',
  '\u1c82': 'о',
  '\u1c83': 'с',
  '\u1c84': 'т',
  '\u1c85': 'т',
  '\u1c86': 'ъ',
  '\u1c87': 'ѣ',
  '\u1c88': 'ꙋ',
};

/**
 * Makes texts equal that differ in case only: full case folding of NFKC text, NFKC again, the same in every locale and when applied
 * twice. Straße becomes strasse, Σ and ς become σ, İ becomes i with a dot above (U+0307); dotless ı stays what it is.
 * Cherokee apart, whose letters Unicode folds to capitals, the result is that of Unicode's NFKC_Casefold.
 * @see Unicode Standard §3.13, R4 toCasefold
 */
export function foldCase(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/ß|ς|\u0345|[\u1c80-\u1c88]/g, (letter) => FOLDS[letter] ?? letter)
    .normalize('NFKC');
}
