import type { Encoding } from './encodings.ts';

/** A language that invented newsrooms write in: their sentences are one of each list, in this order. */
export interface Tongue {
  readonly code: string;
  readonly who: readonly string[];
  readonly does: readonly string[];
  readonly when: readonly string[];
  readonly names: readonly string[];
  readonly stop: string;
  readonly space: string;
  /** Encodings that hold all its letters, beside UTF-8. */
  readonly encodings: readonly Encoding[];
  /** Locale of its dates. */
  readonly locale: string;
}

const WEST: readonly Encoding[] = ['iso-8859-1', 'windows-1252', 'utf-16le'];
const tongue = (
  code: string,
  locale: string,
  encodings: readonly Encoding[],
  [who = '', does = '', when = '', names = '']: readonly string[],
  marks: Partial<Pick<Tongue, 'stop' | 'space'>> = {},
): Tongue => {
  const list = (text: string) => text.split('|');
  const lists = { who: list(who), does: list(does), when: list(when), names: list(names) };
  return { code, locale, encodings, ...lists, stop: '.', space: ' ', ...marks };
};

/** Eleven languages in six scripts. */
export const TONGUES: readonly Tongue[] = [
  tongue('en', 'en-GB', WEST, [
    'The harbour board|A retired welder|The night bus|Our last cinema|Half the allotment|The chess club',
    'asks for a second ferry|wins the raffle again|closes its café|finds a Roman coin|paints the pier green|refuses to move the clock',
    'before the frost|on market day|for the third time|after a long vote|without much noise',
    'Maud Tilley|Owen Price|Zoë Carr',
  ]),
  tongue('de', 'de-DE', WEST, [
    'Der Hafenrat|Die Nachtbäckerei|Ein früherer Schweißer|Das letzte Kino|Der Kleingärtnerverein|Die Prüferin',
    'verlangt eine zweite Fähre|öffnet wieder die Tür|streicht den Steg grün|findet eine römische Münze|lehnt die neue Uhr ab|schließt das Café',
    'vor dem ersten Frost|am Markttag|nach langer Abstimmung|zum dritten Mal|über Nacht',
    'Käthe Grün|Jürgen Weiß|Björn Möhle',
  ]),
  tongue('fr', 'fr-FR', WEST, [
    'Le conseil du port|Une ancienne soudeuse|Le bus de nuit|Notre dernier cinéma|Le club d’échecs|La boulangère',
    'réclame un second bac|gagne encore à la tombola|ferme son café|trouve une pièce romaine|repeint la jetée|refuse l’horloge',
    'avant les gelées|un jour de marché|après un long débat|sans bruit|pour la troisième fois',
    'Hélène Prévôt|Théo Lefèvre|Anaïs Bœuf',
  ]),
  tongue('es', 'es-ES', WEST, [
    'La junta del puerto|Un soldador jubilado|El autobús nocturno|Nuestro último cine|El club de ajedrez|La panadera',
    'pide otro transbordador|gana de nuevo la rifa|cierra su cafetería|halla una moneda romana|pinta el muelle|rechaza el reloj',
    'antes de la helada|en día de mercado|tras una larga votación|por tercera vez|sin hacer ruido',
    'Begoña Ibáñez|Raúl Muñiz|Inés Cañas',
  ]),
  tongue('pt', 'pt-BR', WEST, [
    'O conselho do porto|Um soldador aposentado|O ônibus noturno|Nosso último cinema|O clube de xadrez|A padeira',
    'pede outra balsa|ganha de novo a rifa|fecha o seu café|acha uma moeda romana|pinta o cais de verde|não aceita o relógio',
    'antes da geada|em dia de feira|após longa votação|pela terceira vez|sem alarde',
    'Conceição Araújo|Tomás Leitão|Júlia Brandão',
  ]),
  tongue('it', 'it-IT', WEST, [
    'Il consiglio del porto|Un ex saldatore|L’autobus notturno|L’ultimo cinema|Il circolo degli scacchi|La fornaia',
    'chiede un altro traghetto|vince ancora la lotteria|chiude il caffè|trova una moneta romana|dipinge il molo|rifiuta l’orologio',
    'prima del gelo|nel giorno di mercato|dopo un lungo voto|per la terza volta|senza rumore',
    'Nicolò Bàrberi|Giosuè Conti|Elena Forlì',
  ]),
  tongue('nl', 'nl-NL', WEST, [
    'De havenraad|Een oud-lasser|De nachtbus|Onze laatste bioscoop|De schaakclub|De bakkerin',
    'vraagt om een tweede veer|wint weer de loterij|sluit het café|vindt een Romeinse munt|verft de steiger|weigert de klok',
    'vóór de vorst|op marktdag|na een lange stemming|voor de derde keer|zonder ophef',
    'Noëlle Smit|Daniël de Wit|Fenna Croÿ',
  ]),
  tongue('sv', 'sv-SE', WEST, [
    'Hamnstyrelsen|En före detta svetsare|Nattbussen|Vår sista biograf|Schackklubben|Bagaren',
    'begär en andra färja|vinner lotteriet igen|stänger sitt kafé|hittar ett romerskt mynt|målar bryggan grön|vägrar flytta klockan',
    'före frosten|på torgdagen|efter en lång omröstning|för tredje gången|utan väsen',
    'Märta Sjöö|Björn Åkerlöf|Linnéa Grön',
  ]),
  tongue(
    'pl',
    'pl-PL',
    ['iso-8859-2', 'utf-16be'],
    [
      'Rada portu|Dawny spawacz|Nocny autobus|Nasze ostatnie kino|Klub szachowy|Piekarka',
      'żąda drugiego promu|znów wygrywa loterię|zamyka swoją kawiarnię|znajduje rzymską monetę|maluje molo|odrzuca zegar',
      'przed mrozem|w dzień targowy|po długim głosowaniu|po raz trzeci|bez hałasu',
      'Święta Żurek|Łukasz Gąska|Zośka Ćwik',
    ],
  ),
  tongue(
    'ru',
    'ru-RU',
    ['windows-1251', 'utf-16le'],
    [
      'Совет порта|Бывший сварщик|Ночной автобус|Последний кинотеатр|Шахматный клуб|Пекарь',
      'просит второй паром|снова выиграл лотерею|закрывает кафе|нашёл римскую монету|красит причал|не принял часы',
      'до заморозков|в базарный день|после долгих споров|в третий раз|без шума',
      'Фёкла Щедрина|Пётр Ёлкин|Юлия Цой',
    ],
  ),
  tongue(
    'ja',
    'ja-JP',
    ['utf-16be', 'utf-16le'],
    [
      '港の理事会は|元溶接工が|夜行バスは|最後の映画館が|囲碁クラブは|パン職人が',
      '二隻目の渡し船を求めた|また福引に当たった|喫茶店を閉めた|古い硬貨を見つけた|桟橋を緑に塗った|時計の移設を断った',
      '霜の前に|市の日に|長い投票の後で|三度目に|静かに',
      '高橋澄子|渡辺健|小林あや',
    ],
    { stop: '。', space: '' },
  ),
];
