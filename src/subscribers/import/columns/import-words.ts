/**
 * A heading, a status or a tag in small letters, without accents, spaces and punctuation:
 * `E-Mail-Adresse` is `emailadresse`.
 */
export function plain(text: string): string {
  const short = text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text;
  const letters = /^[\x20-\x7e]*$/.test(short) ? short : short.normalize('NFKD');
  return letters.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

const MOST_CHARACTERS = 200;

/** Status of a reader in another system. */
export type ListStatus = 'active' | 'unconfirmed' | 'unsubscribed' | 'undeliverable' | 'complained';

/** Words that databases write for a missing value. */
const NULLS = new Set([
  '',
  'null',
  '\\n',
  'nil',
  '(null)',
  '<null>',
  '[null]',
  'undefined',
  'nan',
  'nat',
  '#n/a',
  '#null!',
]);

/** True for an empty cell, and for what a database writes for one. */
export function isEmpty(text: string): boolean {
  return NULLS.has(text.trim().toLowerCase());
}

const YES =
  words(`yes y true t on x ja j wahr richtig oui o vrai si s sim verdadeiro verdadero vero waar tak aan ano
  igen joo kylla da да так`);
const NO = words(`no n false f off nein falsch non faux nao falso nee onwaar nej nei ei nem ne нет ні`);
/** Beside empty cells and words for no: what says that nothing has happened. */
const NOTHING =
  words(`none na nichts nix kein keine keiner keines nie niemals aucun aucune jamais rien ninguno ninguna nunca
  nada nenhum nenhuma nessuno nessuna mai niente geen nooit niets leer vide vacio vazio vuoto leeg empty blank never notset
  unset notunsubscribed notbounced nobounce nobounces nodate nvt ka keineangabe noneyet notapplicable nonapplicable
  sansobjet noaplica naoseaplica nd 00 000 0000 infinity`);

export function isYes(text: string): boolean {
  return /^\s?(?:1|[✓✔☑✅]\ufe0f?)\s?$/u.test(text) || YES.has(plain(text));
}

export function isNo(text: string): boolean {
  return /^\s?(?:0|[✗✘☒❌☐]\ufe0f?)\s?$/u.test(text) || NO.has(plain(text));
}

/**
 * True where nothing has happened: empty, a database's null, a zero date, or a word for no or
 * never.
 */
export function isNothing(text: string): boolean {
  if (isEmpty(text) || isZeroDate(text)) return true;
  const word = plain(text);
  // Punctuation alone, such as a dash, an empty list or an empty object.
  return (word === '' && !isYes(text)) || isNo(text) || NOTHING.has(word);
}

const FIRST_YEAR = 1990;
const LAST_YEAR = 2100;
/** Seconds or milliseconds since 1970. */
const EPOCH = /^\d{9,13}(\.\d{1,9})?$/;
/** Days since 1900 as a spreadsheet counts them: 32874 is 1 January 1990. */
const SERIAL = /^[345]\d{4}([.,]\d{1,12})?$/;
const DAY_IN_NUMBERS = /^\d{1,2}([./-])\d{1,2}\1(\d{2}|\d{4})\b/;
const YEAR = /(?<!\d)\d{4}(?!\d)/;
const LONGEST_MOMENT = 80;

/**
 * True for anything that can be a moment, also in a form that cannot be read, such as `2/5/2018` or
 * `5. Mai 2018`.
 */
export function isMoment(text: string): boolean {
  const seen = text.trim();
  if (seen.length > LONGEST_MOMENT || !/^[\p{L}\p{N}\p{P}\p{Zs}+]+$/u.test(seen)) return false;
  if (EPOCH.test(seen) || SERIAL.test(seen) || /^(19|20)\d{6}(T\d{4,6}Z?)?$/i.test(seen)) return true;
  const year = yearOf(seen);
  if (year !== undefined) return year >= FIRST_YEAR && year <= LAST_YEAR && /\d\D+\d|\p{L}/u.test(seen);
  return DAY_IN_NUMBERS.test(seen);
}

/**
 * `0000-00-00`, `1970-01-01`, `9999-12-31`: a moment before there were newsletters, or after all of
 * them.
 */
function isZeroDate(text: string): boolean {
  const seen = text.trim();
  if (seen.length > LONGEST_MOMENT || !/^[\dTZ:.,/+ -]+[a-z]{0,5}$/i.test(seen)) return false;
  if (/^[0:./ T-]+Z?$/i.test(seen) && /0/.test(seen)) return true;
  const year = yearOf(seen);
  return year !== undefined && /\d[./-]\d/.test(seen) && (year < FIRST_YEAR || year > LAST_YEAR);
}

/**
 * The year of a date that is written with four digits for it; of `2024-05-01 10:00 +0200` the
 * first.
 */
function yearOf(text: string): number | undefined {
  const found = YEAR.exec(text.replace(/(?<=\d)[tT](?=\d)/, ' '));
  return found ? Number(found[0]) : undefined;
}

/** The set of the words in a text, as `plain` leaves them. */
export function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter(Boolean));
}
