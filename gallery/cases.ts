import type { NewsletterConfig } from '../src/config/newsletters.ts';
import {
  type Edition,
  type EditionContent,
  type EditionPicture,
  type EditionStory,
  editionId,
} from '../src/editions/edition.ts';
import { type Newsroom, SLOT } from './newsroom.ts';
import { ARABIC, ENGLISH, GERMAN, JAPANESE, LONG_HEADLINE, type Text } from './texts.ts';

/** An edition that a layout has to bear. */
export interface Case {
  readonly id: string;
  readonly title: string;
  readonly newsletter: NewsletterConfig;
  readonly edition: Edition;
  /** How the reader is called; empty for one who gave no name. */
  readonly name: string;
  /** The letters are shown too. */
  readonly letters: boolean;
}

type Change = (story: EditionStory, at: number) => Partial<EditionStory>;

interface Sketch {
  readonly id: string;
  readonly title: string;
  readonly newsletter?: string;
  readonly stories: readonly EditionStory[];
  readonly name?: string;
  readonly letters?: boolean;
  /** What editors wrote and pinned. */
  readonly shaped?: Shaped;
}

type Shaped = Pick<EditionContent, 'subject' | 'preheader' | 'intro' | 'signoff' | 'pinned'>;

/** Every case, the usual one first. */
export function allCases(room: Newsroom): Case[] {
  return [...everyday(room), ...hard(room), ...worldly(room)].map((sketch) => {
    const newsletter = room.newsletter(sketch.newsletter ?? 'daily');
    return {
      id: sketch.id,
      title: sketch.title,
      newsletter,
      edition: editionOf(newsletter, sketch.stories, sketch.shaped),
      name: sketch.name ?? '',
      letters: sketch.letters ?? false,
    };
  });
}

function everyday(room: Newsroom): Sketch[] {
  const usual = room.usual.content.stories;
  return [
    { id: 'usual', title: 'The usual edition', stories: usual, letters: true },
    {
      id: 'edited',
      title: 'As an editor shaped it',
      stories: usual,
      name: 'Wilhelmina',
      shaped: shapedBy(usual),
    },
    { id: 'named', title: 'To a reader with a name', stories: usual, name: 'Wilhelmina' },
    {
      id: 'weekly',
      title: 'The week’s edition',
      newsletter: 'weekly',
      stories: written(room, ENGLISH.slice(5, 25), (_, at) => ({ earlier: at % 3 !== 0 })),
    },
    {
      id: 'updates',
      title: 'Updates, also covered by others',
      stories: changed(usual, (_, at) => ({
        update: at % 3 === 0,
        alsoBy: at % 2 === 0 ? OTHERS.slice(0, 1 + (at % 3)) : [],
      })),
    },
    {
      id: 'sensitive',
      title: 'Nothing but sad news, with help',
      stories: changed(usual, (_, at) => ({ tags: GRAVE[at % GRAVE.length] ?? [] })),
    },
  ];
}

function hard(room: Newsroom): Sketch[] {
  const [lead, ...others] = written(room, ENGLISH.slice(0, 12));
  const [longest] = written(room, [LONG_HEADLINE]);
  return [
    {
      id: 'long-headline',
      title: 'A headline without end',
      stories:
        longest && lead ? [longest, ...changed(others, (_, at) => (at === 0 ? sameWords(longest) : {}))] : [],
    },
    {
      id: 'no-pictures',
      title: 'No pictures at all',
      stories: changed(room.usual.content.stories, () => ({ picture: null })),
    },
    { id: 'one-story', title: 'One story', stories: lead ? [lead] : [] },
    { id: 'thirty', title: 'Thirty stories', stories: written(room, ENGLISH) },
    {
      id: 'sixty-four',
      title: 'Sixty-four stories, too long for Gmail',
      stories: written(room, [...ENGLISH, ...ENGLISH, ...ENGLISH.slice(0, 4)], tracked),
    },
    {
      id: 'shapes',
      title: 'Pictures of any shape',
      stories: changed(written(room, ENGLISH.slice(0, 9)), (_, at) => ({
        picture: room.shapes[at % room.shapes.length] ?? null,
      })),
    },
  ];
}

function worldly(room: Newsroom): Sketch[] {
  return [
    {
      id: 'german',
      title: 'German compounds',
      newsletter: 'german',
      stories: written(room, GERMAN),
      name: 'Roswitha',
    },
    {
      id: 'arabic',
      title: 'Arabic, from right to left',
      newsletter: 'arabic',
      stories: written(room, ARABIC),
      name: 'ليلى',
      letters: true,
    },
    {
      id: 'japanese',
      title: 'Japanese',
      newsletter: 'japanese',
      stories: written(room, JAPANESE),
      name: 'みのり',
    },
    {
      id: 'brand',
      title: 'Another brand',
      newsletter: 'brand',
      stories: written(room, ENGLISH.slice(8, 24)),
      letters: true,
    },
  ];
}

const GRAVE: readonly string[][] = [['death'], ['illness'], ['baby-loss'], ['death', 'illness']];
const OTHERS = [
  { name: 'The Palace Post', link: 'https://palacepost.example/the-same' },
  { name: 'Curtain Call', link: 'https://curtaincall.example/also' },
  { name: 'The Evening Ferry', link: 'https://eveningferry.example/too' },
] as const;

/** With an address as long as those that say where a reader came from. */
function tracked({ link }: EditionStory): Partial<EditionStory> {
  return { link: `${link}?from=${'newsletter-'.repeat(40)}` };
}

/** Texts as stories: pictures in turn from the project's own, none for each fourth. */
function written(room: Newsroom, texts: readonly Text[], change: Change = () => ({})): EditionStory[] {
  const inOrder = texts.toSorted((a, b) => ORDER.indexOf(a.section) - ORDER.indexOf(b.section));
  return changed(
    inOrder.map((text, bit) => storyOf(text, bit, pictureAt(room.pictures, bit))),
    change,
  );
}

const ORDER = ['royal', 'celebrity', 'lifestyle'];

function pictureAt(pictures: readonly EditionPicture[], at: number): EditionPicture | null {
  return at % 4 === 3 ? null : (pictures[at % pictures.length] ?? null);
}

function storyOf(
  { section, headline, standfirst, author = '' }: Text,
  bit: number,
  picture: EditionPicture | null,
) {
  return {
    bit,
    storyId: bit + 1,
    articleId: bit + 1,
    sectionId: section,
    headline,
    standfirst,
    link: `https://broadsheet.example/${section}/2026/11/22/${bit + 1}`,
    picture,
    author,
    sourceId: 'magazine',
    publishedAt: SLOT - (bit + 1) * 1_800_000,
    tags: [],
    chapter: 0,
    update: false,
    earlier: false,
    alsoBy: [],
  };
}

function changed(stories: readonly EditionStory[], change: Change): EditionStory[] {
  return stories.map((story, at) => ({ ...story, ...change(story, at) }));
}

function sameWords({ headline, standfirst, author }: EditionStory): Partial<EditionStory> {
  return { headline, standfirst, author };
}

/** What an editor would write on a Sunday. */
function shapedBy(stories: readonly EditionStory[]): Shaped {
  const [pinned] = stories.slice(4).filter(({ picture }) => picture);
  const said = (text: string) => ({ text, tags: [], about: [] });
  return {
    subject: said('The Sunday letter: one wedding, and no hats at all'),
    preheader: said('A little longer than usual, since it rains everywhere today'),
    intro: said(
      'It has rained for nine days, and the whole desk has taken to baking. What follows was written with floury hands.\n\nWe have moved one story to the top that we could not stop talking about.',
    ),
    signoff: said(
      'That is all for today. Put the kettle on; we are back tomorrow.\n\nMarjorie, for the desk',
    ),
    ...(pinned ? { pinned: pinned.articleId } : {}),
  };
}

function editionOf(
  newsletter: NewsletterConfig,
  stories: readonly EditionStory[],
  shaped: Shaped = {},
): Edition {
  const used = newsletter.sections.filter(({ id }) => stories.some(({ sectionId }) => sectionId === id));
  return {
    id: editionId(newsletter.id, SLOT),
    newsletterId: newsletter.id,
    slot: SLOT,
    content: {
      title: newsletter.title,
      language: newsletter.language,
      sections: used.map(({ id, title }) => ({ id, title })),
      stories: stories.map((story, bit) => ({ ...story, bit })),
      ...shaped,
    },
  };
}
