import { folded } from '../../base/text/folded.ts';
import { oneLine } from '../../base/text/one-line.ts';

/**
 * Phrases that joke, shout or sell, in the languages of the rules; without accents, in lower case.
 * No list can find a pun.
 */
const LOUD_PHRASES: Readonly<Record<string, readonly string[]>> = {
  en: [
    "(you|you'll|we|we'll) (won't|will not|can't|cannot|never|wouldn't) believe( it)?|unbelievable|omg|lol|wtf|yas+|woo+hoo|oops",
    'jaw[ -]dropping|mind[ -]blowing|breaks? the internet|broke the internet|go(es)? (wild|crazy)|los(e|es|ing) (it|our minds)|drop everything|guess (who|what)',
    '(wait|just wait) (till|until|for)|what happen(ed|s) next|this one trick|what (he|she|they) did next|number \\d+ will|you need to see|must[ -](see|have)s?|spoiler',
    "count(ing)?[ -]?down|(days|hours|weeks|sleeps) (to go|left|until|away)|only \\d+ (more )?(days|hours|sleeps)|hurry( up)?|last chance|don't miss|act now|limited time|before it's (gone|too late)|ends (today|tonight|soon)",
    'shop|shops now|shopping|(buy|grab|get|snap up) (it|now|yours|one|this|these|them)( now| up)?|best buys?|deals?|bargains?|discounts?|giveaways?|on sale|sale now|in the sale|under [£$€]\\d+|add to (bag|basket|cart)|win (a|an|tickets|your)|free (gift|delivery)|sell(s|ing)? out',
  ],
  de: [
    '(das )?(glaubst du|glauben sie|glaubt ihr) nicht|(wirst du|werden sie) nicht glauben|unglaublich|unfassbar|krass|der hammer|wahnsinn|was dann (geschah|passierte)',
    'noch \\d+ tage|nur noch (heute|bis)|jetzt (kaufen|bestellen|shoppen|zuschlagen|sichern)|shoppen|schnappchen|rabatte?|angebote?|gewinnspiel|beeil\\w*|letzte chance|nicht verpassen',
  ],
  fr: [
    "(n'allez|n'allez pas|ne vas pas|n'en) (pas )?(le |y |en )?(croire|croirez|reven\\w+)|incroyable|ce qui s'est passe ensuite|la suite va vous|mdr",
    'compte a rebours|plus que \\d+ jours|j ?- ?\\d+|depechez[ -]vous|derniere chance|a ne pas manquer|achetez|acheter maintenant|soldes|promos?|bons? plans?|code promo|offres?',
  ],
  es: [
    'no (te )?(lo )?(vas a|podras|puedes|creeras) ?(creer)?|increible|lo que paso despues|jaja\\w*',
    'cuenta (atras|regresiva)|faltan \\d+ dias|date prisa|ultima oportunidad|no te lo pierdas|compra (ya|ahora)|comprar|ofertas?|rebajas|chollos?|descuentos?|sorteo',
  ],
  pt: [
    '(voce )?nao vai acreditar|inacreditavel|o que aconteceu depois|kkk+',
    'contagem (decrescente|regressiva)|faltam \\d+ dias|corra|ultima (chance|oportunidade)|compre (ja|agora)|promoc(ao|oes)|descontos?|pechinchas?|sorteio',
  ],
};
const LOUD = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:${Object.values(LOUD_PHRASES).flat().join('|')})(?![\p{L}\p{N}])|%\s?(off|rabatt|de (reduction|descuento|desconto))`,
  'u',
);
const NUMBERS =
  'two three four five six seven eight nine ten eleven twelve twenty zwei drei vier funf sechs sieben acht neun zehn ' +
  'deux trois quatre cinq sept huit neuf dix dos tres cuatro cinco seis siete ocho nueve diez';
const COUNTED =
  'times ways things reasons looks moments photos pictures secrets tips facts ideas tricks signs buys gifts ' +
  'dinge grunde arten tipps momente fotos bilder choses raisons facons astuces idees cosas razones formas trucos momentos consejos';
const anyOf = (words: string) => `(?:${words.replaceAll(' ', '|')})`;
/** "17 times …", "Top 10 …", "The seven best looks …". */
const LIST_OPENER = new RegExp(
  String.raw`^\P{L}*(?:top )?(?:\d{1,3}\s+\p{L}|top \d|(?:${anyOf('the our die les los las os as')}\s)?` +
    String.raw`${anyOf(NUMBERS)}\s(?:[\p{L}-]+\s){0,3}${anyOf(COUNTED)}(?!\p{L}))`,
  'u',
);
const SHOUTED = /(?<![\p{L}\p{N}])\p{Lu}{4,}(?![\p{L}\p{N}])/gu;
/** Names that are written in capitals and shout at nobody. */
const NAMES_IN_CAPITALS = new Set([
  'BAFTA',
  'NATO',
  'NASA',
  'UNESCO',
  'UNICEF',
  'AIDS',
  'COVID',
  'UEFA',
  'FIFA',
  'RSPCA',
  'NSPCC',
]);
const REPEATED = /[?!.,]{4,}|[?!]{2,}|(?<!\.)\.\.(?!\.)/u;

const EMOJI =
  /(?![©®™])\p{Extended_Pictographic}(?:\u{fe0f}|\u{20e3}|\u{200d}|\p{Emoji_Modifier})*|\p{Regional_Indicator}|[\d#*]\u{fe0f}?\u{20e3}|[\u{e0020}-\u{e007f}]/gu;
const EMOTICON = /(?<=^|\s)(?:[:;=]['-]?[)(DPp3*/]+|<3+|x[oO]x[oO]*|\^_*\^)(?=\s|$)/gu;

/** Most characters read of a line; a mail shows fewer. */
const MOST_CHARACTERS = 2_000;

/**
 * True for a line that may stand beside a sad story: no exclamation mark, emoji, capitals,
 * countdown, clickbait, list opener or call to buy. Rather too careful than not: the next headline,
 * or the neutral subject, is always there.
 */
export function isCalm(text: string): boolean {
  const line = oneLine(text.slice(0, MOST_CHARACTERS));
  const plain = folded(line);
  const shouts = (line.match(SHOUTED) ?? []).some((word) => !NAMES_IN_CAPITALS.has(word));
  return (
    calmed(line) === line && !shouts && !REPEATED.test(line) && !LOUD.test(plain) && !LIST_OPENER.test(plain)
  );
}

/**
 * The line without exclamation marks, emoji and emoticons; what else is loud in it stays, and
 * `isCalm` says so.
 */
export function calmed(text: string): string {
  // On one line first, and each run of marks looked at once: a megabyte of them must not take minutes.
  const quiet = oneLine(oneLine(text.slice(0, MOST_CHARACTERS)).replace(EMOJI, '').replace(EMOTICON, ''))
    .replace(/[!?]{2,}/gu, (marks) => (marks.includes('?') ? '?' : marks))
    // Between two sentences the mark becomes a full stop; within a name or a quotation it only goes.
    .replace(/(?<![!¡])[!¡]+(?=\s+\p{Lu})/gu, '.')
    .replace(/ ?[!¡]+/gu, '');
  return oneLine(quiet);
}
