import { foldCase } from './case-folding';

/** Scripts in everyday use (UAX #31 table 5); the others, and historic ones, are not accepted in identifiers. */
const SCRIPTS =
  'Latn Cyrl Grek Arab Armn Beng Bopo Deva Ethi Geor Gujr Guru Hang Hani Hebr Hira Kana Khmr Knda Laoo Mlym Mymr Orya Sinh Taml Telu Thaa Thai Tibt';

/** Scripts that are written together: Japanese, Chinese and Korean, each with Latin letters (UTS #39 §5.2, Highly Restrictive). */
const WRITTEN_TOGETHER = ['Latn Hani Hira Kana', 'Latn Hani Bopo', 'Latn Hani Hang'];

let combinations: readonly RegExp[] | undefined;

/** One expression per permitted combination; what belongs to no script (digits, dots, general marks) goes with each. */
function permittedCombinations(): readonly RegExp[] {
  return (combinations ??= [...SCRIPTS.split(' '), ...WRITTEN_TOGETHER].map((scripts) => {
    const classes = [...scripts.split(' '), 'Zyyy', 'Zinh'].map((script) => `\\p{scx=${script}}`).join('');
    return new RegExp(`^[${classes}]*$`, 'u');
  }));
}

/**
 * Letters that pass for a Latin one, or for the one before the colon; capitals and small letters each for what they look like. The
 * idea is that of the confusables of UTS #39 §4, narrowed to what an identifier may have: letters and digits in NFD.
 */
const LOOK_ALIKES = {
  latin:
    'a:ɑᴀ b:ʙƄꞴ c:ᴄ d:ᴅ e:ᴇꬲ f:ꜰꬵꞙꞘẝ g:ɡɢᶃƍ h:ʜ i:ıɪɩ j:ȷᴊꞲ k:ᴋĸ l:ʟƖǀ m:ᴍ n:ɴ o:ᴏᴑꬽ p:ᴘ q:ꞯ r:ʀƦꭇꭈ s:ꜱƽ t:ᴛ u:ᴜꞟꭎꭒʋ v:ᴠ ' +
    'w:ᴡɯ x:Ꭓ y:ʏɣᶌỿꭚ z:ᴢ 2:ƧƨꝚ 3:ƷʒȜȝꞫɜꝪ 5:Ƽ 8:Ȣȣ 9:Ꝯ ' +
    'aa:ꜳꜲ ao:ꜵꜴ au:ꜷꜶ av:ꜹꜸꜻꜺ ay:ꜽꜼ dz:ʣ ll:ǁ ls:ʪ lz:ʫ oo:ꝏꝎ tf:ꝷ ts:ʦ ue:ᵫ uo:ꭣ',
  cyrillic:
    'a:аА b:ВвЬь c:сС d:ԁԀ e:еЕҽҼ g:Ԍԍ h:НнһҺ i:іІꙇ j:јЈ k:Кк l:ӏӀ m:Мм n:п o:оО p:рР q:ԛԚ r:г s:ѕЅ t:Тт v:ѵѴ w:ԝԜѡѠш x:хХ ' +
    'y:уУүҮ 2:Ꙅꙅ 3:ЗзӠӡ 6:б bl:Ыы lo:Юю oo:Ꚙꚙ æ:ӕӔ',
  greek: 'a:αΑ b:Ββ e:Εε f:Ϝ h:Η i:ιΙ j:ϳͿ k:Κκ m:ΜϺ n:Νη o:οΟσ p:ρΡ r:ᴦ t:Ττ u:υμ v:ν w:ω x:Χχ y:Υγ z:Ζ',
  armenian: 'f:ք g:ց h:հ l:լ n:ոռ o:օՕ q:գզ s:Տ u:սՍ w:ա',
  georgian: 'o:ჿ y:ყ',
  hebrew: 'l:\u05d5\u05df o:\u05e1 v:\u05d8',
  zeros: 'o:\u0966\u09e6\u0a66\u0ae6\u0b20\u0b66\u0be6\u0c66\u0ce6\u0d20\u0d66\u0e50\u0ed0\u101d\u1040',
  persianAsArabic:
    '\u0643:\u06a9 \u064a:\u06cc\u0649 \u0647:\u06be\u06c1\u06d5 \u0660:\u06f0 \u0661:\u06f1 \u0662:\u06f2 \u0663:\u06f3 ' +
    '\u0664:\u06f4 \u0665:\u06f5 \u0666:\u06f6 \u0667:\u06f7 \u0668:\u06f8 \u0669:\u06f9',
  kana: 'へ:ヘ り:リ 一:ー 二:ニ 八:ハ 力:カ 卜:ト 口:ロ 夕:タ 工:エ',
} as const;

const SEEN_AS = new Map(
  Object.values(LOOK_ALIKES)
    .flatMap((table) => table.split(' '))
    .flatMap((entry) => {
      const [seen = '', written = ''] = entry.split(':');
      return [...written].map((letter) => [letter, seen] as const);
    }),
);

/** Whether all characters are ASCII. */
export function isAscii(text: string): boolean {
  return !/[^\p{ASCII}]/u.test(text);
}

/**
 * Whether a text is written in one script of everyday use, or in scripts that are written together. Expects NFKC.
 * @see UTS #39 §5.2 (Highly Restrictive)
 */
export function isOneScript(text: string): boolean {
  return isAscii(text) || permittedCombinations().some((combination) => combination.test(text));
}

/**
 * Whether a text has characters that nobody sees or that pass for punctuation: default-ignorable ones (fillers, joiners, variation
 * selectors), letters of no script (ʼ, ː, the Arabic tatweel; but not the ー of Japanese), enclosing marks, marks without a letter, and more than four marks
 * on one letter. Expects NFKC.
 * @see UTS #39 §3.1 and §5.4
 */
export function hasDeceptiveCharacters(text: string): boolean {
  return (
    /[\p{Default_Ignorable_Code_Point}\p{Me}]/u.test(text) ||
    /(?=\p{sc=Zyyy})(?!ー)\p{L}/u.test(text) ||
    /(?<![\p{L}\p{M}\p{Nd}])\p{M}/u.test(text) ||
    /\p{Mn}{5}/u.test(text.normalize('NFD'))
  );
}

/**
 * The text in small letters, each that looks like another replaced by that other. ASCII stays as it is: l, 1 and I are told apart,
 * since too many honest names differ by them alone. Expects NFKC.
 */
export function withoutLookAlikes(text: string): string {
  return [...text.normalize('NFD')]
    .map((letter) => SEEN_AS.get(letter) ?? letter)
    .join('')
    .toLowerCase()
    .replace(/(?<=[ij])\u0307/g, '')
    .normalize('NFC');
}

/**
 * What a name looks like: two names with equal skeletons can be taken for each other, so that a unique index on it keeps anybody
 * from passing for somebody else. For comparison only, never shown. Expects NFKC, case as typed.
 * @see UTS #39 §4
 */
export function skeletonOf(text: string): string {
  return foldCase(withoutLookAlikes(text));
}
