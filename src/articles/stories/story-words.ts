import { folded } from '../../base/text/folded.ts';

/**
 * Languages whose words for events are known; others are read as English and have only their names
 * and rare words.
 */
export type StoryLanguage = 'en' | 'de' | 'fr' | 'es' | 'pt';

export const LANGUAGES: readonly StoryLanguage[] = ['en', 'de', 'fr', 'es', 'pt'];

/** Words that tell nothing, and in which language they stand. */
const STOP: Readonly<Record<StoryLanguage, ReadonlySet<string>>> = {
  en: setOf(`the and but for nor yet with without about into onto from over under after before during through between against
    this that these those there here then than when where while who whom whose which what why how all any both each few more most
    other some such only own same too very just also still even ever never not now again once back out off up down she her hers him
    his he they them their you your our ours its it is are was were been being has have had having does did doing do will would can
    could may might must shall should of to in on at by as an a i we us be if or so no my me s t re ve`),
  de: setOf(`der die das den dem des ein eine einen einem einer eines und oder aber nicht auch nur noch schon mit ohne fur von vom zu
    zum zur im in am an auf aus bei beim nach vor uber unter um durch gegen bis seit ist sind war waren wird werden wurde wurden hat
    haben hatte hatten sein seine seinen seiner seinem ihr ihre ihren ihrer ihrem er sie es wir sich so wie als wenn weil dass doch
    was wer wo warum jetzt hier mehr sehr ganz ja nein kein keine mal dann denn da`),
  fr: setOf(`le la les un une des du de d l et ou mais ne pas plus avec sans pour par sur sous dans en au aux a est sont etait ete sera
    son sa ses leur leurs il elle ils elles on nous vous se s qui que qu quoi dont ou ce cet cette ces c y comme si tout tous toute
    toutes tres apres avant chez entre vers depuis ont avait n j m t deja encore meme selon`),
  es: setOf(`el la los las un una unos unas de del y o pero no ni con sin para por sobre en al a es son era fue ser sera su sus se lo le
    les que quien como cuando donde mas muy ya asi este esta estos estas ese esa eso esto entre desde hasta tras ha han habia hay
    tambien si e u todo todos toda todas nos yo tu segun durante`),
  pt: setOf(`o a os as um uma uns umas de do da dos das no na nos nas em e ou mas nao nem com sem para por pelo pela sobre ao aos se seu
    sua seus suas que quem como quando onde mais muito ja este esta estes estas esse essa isso isto entre desde ate apos foi ser sera
    sao ha tambem lhe ele ela eles elas num numa depois`),
};

/** Words that stand in any article about anybody, though they are no grammar. */
const WORN =
  setOf(`one two three four five six seven eight nine ten first second third last new old year years day days week weeks
  met month months hour hours time today yesterday tomorrow tonight night morning monday tuesday wednesday thursday friday saturday
  sunday january february march april june july august september october november december say says said saying told tell tells
  reveal reveals revealed share shares shared sharing talk talks speak speaks spoke speaking fan fans star stars photo photos
  picture pictures video clip post posts posted instagram twitter facebook social media exclusive news story report reports
  reporter reporters make makes made take takes took get gets got give gives gave see sees seen look looks like love loved people
  show shows showing announce announces announced announcement confirm confirms confirmed spokesman spokeswoman million billion
  m bn per cent way man woman know need everything want wants come comes going goes go inside best good great big long real full
  home house life world live update latest watch read ask asked asks help keep meet big top set among according around
  jahr jahre jahren tag tage woche heute gestern neue neuer neues neuen sagt zeigt erste ersten gibt bekannt macht geht kommt
  an ans annee annees jour jours nouveau nouvelle fait faire dit annonce premier premiere
  ano anos dia dias hoy ayer nuevo nueva dice anuncia primer primera
  nesta neste feira segunda terca quarta quinta sexta sabado domingo lunes martes miercoles jueves viernes lundi mardi mercredi
  jeudi vendredi samedi dimanche montag dienstag mittwoch donnerstag freitag samstag sonntag candidato
  hoje ontem novo nova diz anuncia primeiro primeira aos`);

/** Roles and titles, which stand before names and are no part of them. */
const ROLES =
  setOf(`mr mrs ms miss sir lady lord dame dr doctor professor king queen prince princess duke duchess count countess baron
  baroness crown dowager grand royal emperor empress president minister prime chancellor senator mayor governor mp judge captain
  general pope bishop archbishop saint father mother sister brother son daughter husband wife widow fiance fiancee boyfriend girlfriend beau hubby actor actress singer star model
  presenter comedian comic director producer writer author poet novelist painter artist conductor musician rapper rocker drummer
  guitarist dancer chef cook footballer striker midfielder defender goalkeeper swimmer racing driver player coach manager ex former
  boss ceo billionaire tycoon financier broadcaster host hiker boy girl baby teenager couple nurse potter soap movie film telly tv
  legend hunk ace late little young storm hurricane
  herr frau prinz prinzessin konig konigin kronprinz kronprinzessin herzog herzogin sanger sangerin schauspieler schauspielerin
  moderator moderatorin koch star minister ministerin kanzler kanzlerin prasident burgermeister burgermeisterin trainer
  m mme mlle roi reine prince princesse duc duchesse acteur actrice chanteur chanteuse comedien comedienne ministre president
  presidente maire navigateur
  don dona senor senora rey reina principe princesa duque duquesa actor actriz cantante presentador presentadora ministro ministra
  alcalde empresario empresaria torero futbolista
  rei rainha ator atriz cantor cantora apresentador apresentadora deputado deputada prefeito`);

const COLOURS =
  setOf(`red blue green yellow pink purple orange black white silver gold golden emerald ivory crimson scarlet navy
  rot blau grun gelb schwarz weiss rouge bleu vert jaune noir blanc rojo azul verde amarillo negro blanco vermelho amarelo preto
  branco rosa`);

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}

/** Small, without accents, without a possessive, without commas in numbers. */
export function fold(word: string): string {
  return folded(word.replace(/['’]s$/i, '').replace(/(?<=\d)[.,](?=\d{3})/g, ''));
}

/**
 * The sentences of a text, which also end at a colon, a dash or a quotation mark: each may begin
 * with a capital for nothing.
 */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.!?…]["'”’]?)\s+|(?<=[:;–—])\s+|\s[-–—]\s|(?<=^|\s)["'“‘«„]|["”»]|’(?=\s|$)/u)
    .filter(Boolean);
}

/**
 * A word as it is written, and whether nothing but a blank or a hyphen parts it from the one
 * before.
 */
export interface Word {
  readonly text: string;
  readonly joined: boolean;
}

/** `l’`, `d’` and the like are taken off, and a hyphen parts words. */
export function words(text: string): Word[] {
  const bare = text.replace(/\b(?:[ldnjcmts]|qu)['’](?=\p{L}{2})/giu, '');
  let end = 0;
  return [...bare.matchAll(/[\p{L}\p{N}]+(?:['’]s\b)?(?:[.,]\d+)*/giu)].map(({ 0: word, index }) => {
    const joined = /^[\s-]$/.test(bare.slice(end, index));
    end = index + word.length;
    return { text: word, joined };
  });
}

/**
 * All words in small letters and without accents; apostrophes part words here, so that "it’s" is
 * found as "it s".
 */
export function plainWords(text: string): string[] {
  return folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * Crude on purpose: "receives", "received" and "receiving" have to meet, and nothing more depends
 * on it.
 */
export function stem(word: string): string {
  if (word.length <= 4) return word.replace(/s$/, '');
  return word.replace(/(ies|ied)$/, 'y').replace(/(ing|ed|es|s|ly|e)$/, '');
}

export function isRole(folded: string): boolean {
  return ROLES.has(folded);
}

export function isColour(folded: string): boolean {
  return COLOURS.has(folded);
}

/** True for words that are no evidence: grammar, and what stands in any article. */
export function isEmpty(folded: string, language: StoryLanguage): boolean {
  return folded.length < 2 || WORN.has(folded) || STOP[language].has(folded);
}

/**
 * @param declared BCP 47 or empty; the language whose words a text has most of where it is empty or
 * not known here.
 */
export function storyLanguageOf(text: string, declared: string): StoryLanguage {
  const primary = declared.slice(0, 2).toLowerCase();
  if (isKnown(primary)) return primary;
  const all = plainWords(text);
  const counts = LANGUAGES.map((language) => ({
    language,
    count: all.filter((word) => STOP[language].has(word)).length,
  }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).language;
}

function isKnown(language: string): language is StoryLanguage {
  return Object.hasOwn(STOP, language);
}
