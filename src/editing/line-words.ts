import { traitsOf } from '../articles/stories/story-traits.ts';
import {
  fold,
  isEmpty,
  isRole,
  type StoryLanguage,
  stem,
  storyLanguageOf,
  words,
} from '../articles/stories/story-words.ts';
import { tagsOf } from '../articles/subjects/sensitivity.ts';
import type { Subject } from '../config/sensitive.ts';
import type { EditionContent, EditionStory, EditorialLine } from '../editions/edition.ts';
import type { Refused } from './edit.ts';

/** A story that words name, and which of the words do. */
export interface Naming {
  readonly story: EditionStory;
  readonly words: readonly string[];
}

/** A word that fits more stories of the edition than this names none of them. */
const MOST_NAMED = 2;
/** Letters that two words must begin with to be forms of one. */
const LEAST_COMMON = 5;

/** Words of greetings, counts and praise: they name nothing, though a headline may have them. */
const SMALL_TALK = new Set(
  `hello dear welcome thank thanks enjoy hope wish happy lovely nice fine beautiful wonderful special favourite favorite sunny rainy
  afternoon evening weekend reader readers letter newsletter edition issue inside reading words whole half part kind sort thing
  things lot lots small large many much less several next past ago soon later early long short away across along together alone
  almost quite really truly simply perhaps please every everyone own turn turns tale tales moment
  hallo liebe lieber leser leserin leserinnen guten morgen abend wochenende schon schone schonen viel viele spass ganz ganze
  bonjour bonsoir bonne bon semaine journee cher chere chers lecteur lectrice lecteurs belle beau petit petite grand grande toujours
  hola buenos buenas querido querida queridos lector lectora lectores semana feliz bonito pequeno gran
  ola bom boa caro cara leitor leitora leitores feliz bonito pequeno`.split(/\s+/),
);

/**
 * Reads an editor's line for the whole mail, with the subjects it touches and the stories it names.
 * Refuses it where it touches a subject of which the edition has no story: nobody could be sure to
 * want that, and nobody would get it.
 */
export function editorialLine(
  content: EditionContent,
  text: string,
  subjects: readonly Subject[],
): EditorialLine | Refused {
  const touched = tagsOf({ ...NOTHING_ELSE, headline: text, language: content.language }, subjects);
  const missing = touched.find(({ subject }) => !content.stories.some(({ tags }) => tags.includes(subject)));
  if (missing) {
    const title = subjects.find(({ id }) => id === missing.subject)?.title ?? missing.subject;
    return {
      refused: `This text touches ${title} (“${missing.because}”), but no story of this edition does. Reword it, or mark the story it is about with that subject.`,
    };
  }
  const about = namedStories(content, text).map(({ story }) => story.articleId);
  return { text, tags: touched.map(({ subject }) => subject), about };
}

const NOTHING_ELSE = { standfirst: '', paragraphs: [], categories: [] };

/**
 * The stories that words name: by a name of the headline or standfirst, or by a word of the
 * headline that few others of the edition have. A word that fits several names the one that more of
 * the words fit. In the order of the mail.
 */
export function namedStories({ stories, language }: EditionContent, text: string): Naming[] {
  const spoken = storyLanguageOf(text, language);
  const said = saidWords(text, spoken);
  const found = stories.map((story) => ({ story, words: said.filter(fitsOf(story, spoken)) }));
  const named = new Map<EditionStory, string[]>();
  for (const word of said) {
    const fitting = found.filter(({ words }) => words.includes(word));
    const most = Math.max(...fitting.map(({ words }) => words.length));
    const best = fitting.filter(({ words }) => words.length === most);
    if (best.length > MOST_NAMED) continue;
    for (const { story } of best) named.set(story, [...(named.get(story) ?? []), word.text]);
  }
  return stories.flatMap((story) => {
    const words = named.get(story);
    return words ? [{ story, words }] : [];
  });
}

interface SaidWord {
  /** Word as written. */
  readonly text: string;
  readonly folded: string;
  readonly stem: string;
}

/** Each once, without grammar, titles and what stands in any article. */
function saidWords(text: string, language: StoryLanguage): SaidWord[] {
  const said = new Map<string, SaidWord>();
  for (const { text: word } of words(text)) {
    const folded = fold(word);
    if (isEmpty(folded, language) || isRole(folded) || SMALL_TALK.has(folded) || /^\d{1,2}$/.test(folded))
      continue;
    if (!said.has(folded)) said.set(folded, { text: word, folded, stem: stem(folded) });
  }
  return [...said.values()];
}

function fitsOf(story: EditionStory, language: StoryLanguage): (word: SaidWord) => boolean {
  const headline = saidWords(story.headline, language).map((word) => word.stem);
  const traits = traitsOf({ ...story, paragraphs: [], language });
  const isName = (folded: string) => traits.words.get(folded)?.casing === 'name';
  return ({ folded, stem }) => headline.some((one) => isOneWord(one, stem)) || isName(folded);
}

/** Stems are cut crudely: "dumplings" keeps more than "dumpling" does. */
function isOneWord(a: string, b: string): boolean {
  const [short = '', long = ''] = a.length < b.length ? [a, b] : [b, a];
  return short === long || (short.length >= LEAST_COMMON && long.startsWith(short));
}
