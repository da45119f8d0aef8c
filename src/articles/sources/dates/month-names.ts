/**
 * Languages whose month and weekday names feeds are known to use in dates that should be English by
 * RFC 822.
 */
const LANGUAGES =
  'en de fr es pt it nl da sv nb nn fi is pl cs sk sl hr bs sr sr-Latn mk sq hu ro bg ru be uk el tr az et lv lt ca id ms vi eu gl ga cy mt af sw fil ar ar-MA ar-DZ fa he hi mr ne bn pa gu ta te kn ml si ur th ka hy kk'.split(
    ' ',
  );
const WEAK_PREFIX = 3;

interface Names {
  /** Per language: folded name → month, 1 to 12. */
  readonly months: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Names that mean one month in every language that has them. */
  readonly unanimous: ReadonlyMap<string, number>;
  /** First letters of full names, for writers who shorten by their own rule. */
  readonly prefixes: ReadonlyMap<string, number>;
  /** Folded name → the languages that have it. */
  readonly weekdays: ReadonlyMap<string, readonly string[]>;
}

let built: Names | undefined;

/** Accents of the European scripts, points of Hebrew and Arabic: words are known without them. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670.'’]/gu;

/**
 * Lower case without accents and dots: how names are compared. The vowels of Indic scripts and of
 * Thai stay, although Unicode has them as marks, too: January and March differ in nothing else.
 */
export function foldName(name: string): string {
  return name.toLowerCase().normalize('NFKD').replace(ACCENTS, '').replace(/ı/g, 'i');
}

/**
 * The month (1 to 12) a folded name means: in English, which the RFC asks for, else in the writer's
 * language, else where the languages that the writer may be using agree, else where all languages
 * that know the word do. "lis" is October in Zagreb and November in Warsaw: undefined.
 * @param maybe languages that have another word of the date.
 */
export function monthOf(name: string, language: string, maybe: readonly string[]): number | undefined {
  const { months, unanimous, prefixes } = names();
  const within = (code: string) => months.get(code)?.get(name);
  const own = within('en') ?? within(language.toLowerCase().split('-')[0] ?? '');
  if (own !== undefined) return own;
  const meanings = new Set(maybe.map(within).filter((month) => month !== undefined));
  if (meanings.size > 0) return meanings.size === 1 ? [...meanings][0] : undefined;
  return unanimous.get(name) ?? prefixes.get(name);
}

/** True when the folded name is a day of the week in some language. */
export function isWeekday(name: string): boolean {
  return names().weekdays.has(name);
}

/** Languages that have the folded name for a day of the week, unless it is none anywhere. */
export function weekdayLanguages(name: string): readonly string[] {
  return names().weekdays.get(name) ?? [];
}

function names(): Names {
  built ??= buildNames();
  return built;
}

function buildNames(): Names {
  const months = new Map(LANGUAGES.map((language) => [language, monthNames(language)]));
  const all = [...months.values()].flatMap((own) => [...own]);
  const prefixes = all
    .filter(([name]) => name.length > WEAK_PREFIX)
    .map(([name, month]): [string, number] => [name.slice(0, WEAK_PREFIX), month]);
  return {
    months,
    unanimous: agreed(all),
    prefixes: agreed(prefixes),
    weekdays: byName(
      LANGUAGES.flatMap((language) => weekdayNames(language).map((name) => ({ name, language }))),
    ),
  };
}

function monthNames(language: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const style of ['long', 'short'] as const) {
    // Many languages bend the name beside a day's number: "wrzesień", but "24 września".
    for (const day of [{}, { day: 'numeric' } as const]) {
      const nameOf = namer(language, { month: style, ...day }, 'month');
      for (let month = 1; month <= 12; month += 1) {
        const name = foldName(nameOf(new Date(Date.UTC(2020, month - 1, 15))));
        if (!/\p{L}[\p{L}\p{M}]/u.test(name)) continue;
        found.set(name, month);
        // Hebrew writes "in" together with the month.
        if (language === 'he') found.set(`ב${name}`, month);
      }
    }
  }
  return found;
}

function weekdayNames(language: string): string[] {
  const days = [1, 2, 3, 4, 5, 6, 7].map((day) => new Date(Date.UTC(2020, 10, day)));
  return (['long', 'short'] as const).flatMap((weekday) => {
    const nameOf = namer(language, { weekday }, 'weekday');
    return days.flatMap((date) => {
      const name = foldName(nameOf(date));
      // "segunda-feira" is as often written "segunda" or "seg".
      const [stem = name] = name.split('-');
      // "Dydd Mawrth" is two words, of which the second tells the day.
      const [last = ''] = /\S{3,}$/.exec(name) ?? [];
      return [name, stem, stem.slice(0, WEAK_PREFIX), last].filter(Boolean);
    });
  });
}

/** Names a date's month or weekday in one language, by the Gregorian calendar. */
function namer(
  language: string,
  options: Intl.DateTimeFormatOptions,
  type: Intl.DateTimeFormatPartTypes,
): (date: Date) => string {
  const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC', calendar: 'gregory' });
  return (date) => format.formatToParts(date).find((part) => part.type === type)?.value ?? '';
}

function byName(
  pairs: readonly { readonly name: string; readonly language: string }[],
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, language } of pairs) found.set(name, [...(found.get(name) ?? []), language]);
  return found;
}

function agreed(pairs: readonly (readonly [string, number])[]): Map<string, number> {
  const meanings = new Map<string, Set<number>>();
  for (const [name, month] of pairs) meanings.set(name, (meanings.get(name) ?? new Set()).add(month));
  const one = [...meanings].flatMap(([name, set]) =>
    set.size === 1 ? [[name, [...set][0] ?? 0] as const] : [],
  );
  return new Map(one);
}
