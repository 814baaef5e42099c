/** Nouns that are the same for one and for many, or have no other form. */
const UNCHANGING = new Set(
  [
    'access advice aircraft analytics baggage cash content data deer equipment feedback fish furniture hardware health',
    'homework information jewelry knowledge luggage mail media metadata money music news offspring',
    'progress rain research rice salmon series sheep software spacecraft species staff swine traffic trout weather',
  ].flatMap((line) => line.split(' ')),
);

/** One → many, where no rule below gives it. */
const IRREGULAR: Readonly<Record<string, string>> = {
  analysis: 'analyses',
  basis: 'bases',
  child: 'children',
  crisis: 'crises',
  criterion: 'criteria',
  foot: 'feet',
  goose: 'geese',
  half: 'halves',
  hero: 'heroes',
  knife: 'knives',
  leaf: 'leaves',
  life: 'lives',
  loaf: 'loaves',
  man: 'men',
  mouse: 'mice',
  person: 'people',
  phenomenon: 'phenomena',
  potato: 'potatoes',
  quiz: 'quizzes',
  self: 'selves',
  shelf: 'shelves',
  thesis: 'theses',
  thief: 'thieves',
  tomato: 'tomatoes',
  tooth: 'teeth',
  wife: 'wives',
  wolf: 'wolves',
  woman: 'women',
};

const SINGULAR_OF: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(IRREGULAR).map(([one, many]) => [many, one]),
);

/** Endings of many → of one; the first that fits counts. */
const SINGULAR_ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/(ss|us|is)$/, '$1'],
  [/([aeiou]|^.)ies$/, '$1ie'],
  [/(mov|cook|zomb|brown|calor|gen|pix)ies$/, '$1ie'],
  [/ies$/, 'y'],
  [/(ca|a|quic)ches$/, '$1che'],
  [/(ss|sh|ch|x|zz)es$/, '$1'],
  [/([^aeo])uses$/, '$1us'],
  [/s$/, ''],
];

/** Endings of one → of many; the first that fits counts. */
const PLURAL_ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/([^aeiou])y$/, '$1ies'],
  [/(s|sh|ch|x|z)$/, '$1es'],
  [/$/, 's'],
];

/** The form of a noun, or of the last word of several, for one thing; a form that is for one already stays. */
export function singularOf(noun: string): string {
  return ofLastWord(noun, (word) => {
    if (UNCHANGING.has(word) || word in IRREGULAR) return word;
    return SINGULAR_OF[word] ?? byEnding(word, SINGULAR_ENDINGS);
  });
}

/** The form of a noun, or of the last word of several, for many things; a form that is for many already stays. */
export function pluralOf(noun: string): string {
  return ofLastWord(singularOf(noun), (word) => {
    if (UNCHANGING.has(word)) return word;
    return IRREGULAR[word] ?? byEnding(word, PLURAL_ENDINGS);
  });
}

function ofLastWord(noun: string, change: (word: string) => string): string {
  const start = noun.lastIndexOf('-') + 1;
  return noun.slice(0, start) + change(noun.slice(start));
}

function byEnding(word: string, endings: readonly (readonly [RegExp, string])[]): string {
  const [ending, replacement] = endings.find(([pattern]) => pattern.test(word)) ?? [/$/, ''];
  return word.replace(ending, replacement);
}
