import type { NewsletterConfig } from '../config/newsletters.ts';
import type { EditionContent } from '../editions/edition.ts';
import {
  bitsOf,
  type Choices,
  EVERYTHING,
  NOTHING,
  type Selection,
  select,
  selectAll,
  storiesIn,
} from '../editions/selection.ts';

/**
 * Somebody invented whose mail is worth a look before it goes: between them they have the mails
 * that go wrong first.
 */
export interface Persona {
  /** Stands in addresses: `everything`, `section-royal`, `weekly`. */
  readonly id: string;
  readonly name: string;
  /** Sentence that names their choices. */
  readonly says: string;
  readonly choices: Choices;
  /** Their selection of the edition: `NOTHING` where no mail is sent to them. */
  readonly selection: Selection;
  /** Reason that they get no mail; empty where they do. */
  readonly why: string;
  /** BCP 47; null for the newsletter's. */
  readonly language: string | null;
  /** Name they gave. */
  readonly called: string;
}

/** Input for personas, beside the edition. */
export interface PersonaSetting {
  readonly newsletter: NewsletterConfig;
  /** Ids of the sensitive subjects that can be muted. */
  readonly subjects: readonly string[];
  /** Languages that have words, each by its own name. */
  readonly languages: readonly { readonly tag: string; readonly name: string }[];
}

type Sketch = Pick<Persona, 'id' | 'name' | 'says'> &
  Partial<Persona> & { readonly had?: Selection; readonly otherwise: string };

/** Name as long as a greeting allows: a longer one is left out of mail. */
const LONG_NAME = 'Anna Katharina Wellington-Featherstone';

/**
 * The sample readers of an edition, the one who reads everything first. Pure: the same edition has
 * the same personas.
 */
export function samplePersonas(content: EditionContent, setting: PersonaSetting): Persona[] {
  const known = [
    EVERYBODY,
    ...setting.newsletter.sections.map(sectionReader),
    WEEKLY,
    ...sensitive(content, setting),
  ].map((sketch) => personaOf(content, sketch));
  const others = [...extremes(content, known), ...dressed(content, setting)];
  return [...known, ...others.map((sketch) => personaOf(content, sketch))];
}

/** The mails that personas get, each once, with the names of all who get that very one. */
export function distinctMails(personas: readonly Persona[]): { persona: Persona; names: string[] }[] {
  const mails = new Map<string, { persona: Persona; names: string[] }>();
  for (const persona of personas) {
    if (persona.selection === NOTHING) continue;
    const key = JSON.stringify([String(persona.selection), persona.language, persona.called]);
    const same = mails.get(key);
    if (same) same.names.push(persona.name);
    else mails.set(key, { persona, names: [persona.name] });
  }
  return [...mails.values()];
}

const EVERYBODY: Sketch = {
  id: 'everything',
  name: 'Reads everything',
  says: 'Every section, every edition, nothing muted.',
  otherwise: 'Nothing new in this edition.',
};

const WEEKLY: Sketch = {
  id: 'weekly',
  name: 'Weekly reader',
  says: 'Gets the best of the week in its last edition.',
  choices: { ...EVERYTHING, frequency: 'weekly' },
  otherwise: 'This is not the last edition of its week.',
};

function sectionReader({ id, title }: NewsletterConfig['sections'][number]): Sketch {
  return {
    id: `section-${id}`,
    name: `Only ${title}`,
    says: `Chose the section ${title} and no other.`,
    choices: { ...EVERYTHING, sections: [id] },
    otherwise: `Nothing in ${title} this time.`,
  };
}

function sensitive(content: EditionContent, { subjects }: PersonaSetting): Sketch[] {
  const calm = content.stories.filter(({ tags }) => tags.length === 0);
  return [
    {
      id: 'nothing-chosen',
      name: 'Chose no section',
      says: 'Ticked none, which counts as all.',
      otherwise: EVERYBODY.otherwise,
    },
    {
      id: 'all-muted',
      name: 'Muted every subject',
      says: 'Gets nothing on a sensitive subject.',
      choices: { ...EVERYTHING, mutes: subjects },
      otherwise: 'Every story is on a subject they muted.',
    },
    {
      id: 'sensitive-only',
      name: 'Only sensitive stories left',
      says: 'Already got every other story from another newsletter.',
      had: bitsOf(calm),
      otherwise: 'No story of this edition is sensitive.',
    },
  ];
}

/**
 * Returns the personas with the most and the fewest stories among the others, and the one whose
 * mail opens with the longest headline.
 */
function extremes(content: EditionContent, known: readonly Persona[]): Sketch[] {
  const count = ({ selection }: Persona) => storiesIn(content, selection).length;
  const byCount = known.filter((one) => count(one) > 0).toSorted((a, b) => count(a) - count(b));
  const [fewest] = byCount;
  const most = byCount.find((one) => count(one) === count(byCount.at(-1) ?? one));
  return [
    ...(most ? [like(most, 'most', 'Gets the most stories')] : []),
    ...(fewest ? [like(fewest, 'fewest', 'Gets the fewest stories')] : []),
    ...longestHeadline(content),
  ];
}

function like(persona: Persona, id: string, name: string): Sketch {
  return { ...persona, id, name, says: `${persona.name}: ${persona.says}`, otherwise: '' };
}

/**
 * Had what stands before it in its section, so that it leads and, where it is calm, is the subject.
 */
function longestHeadline(content: EditionContent): Sketch[] {
  const stories = storiesIn(content, selectAll(content)).filter(({ earlier }) => !earlier);
  const calm = stories.filter(({ tags }) => tags.length === 0);
  const [longest] = (calm.length > 0 ? calm : stories).toSorted(
    (a, b) => [...b.headline].length - [...a.headline].length,
  );
  if (!longest) return [];
  return [
    {
      id: 'longest-headline',
      name: 'Longest headline on top',
      says: 'Reads one section, and already had the stories above.',
      choices: { ...EVERYTHING, sections: [longest.sectionId] },
      had: bitsOf(stories.filter(({ bit }) => bit < longest.bit)),
      otherwise: 'That headline is in nobody’s mail.',
    },
  ];
}

/** The same stories in another dress: a name in the greeting, other words around them. */
function dressed(content: EditionContent, { newsletter, languages }: PersonaSetting): Sketch[] {
  const base = (tag: string) => tag.split('-')[0];
  const spoken = base(content.language || newsletter.language);
  const other = languages.find(({ tag }) => base(tag) !== spoken);
  const { otherwise } = EVERYBODY;
  return [
    ...(newsletter.greeting
      ? [{ id: 'named', name: 'Has a long name', says: `Called ${LONG_NAME}.`, called: LONG_NAME, otherwise }]
      : []),
    ...(other
      ? [
          {
            id: 'other-language',
            name: `Chose ${other.name}`,
            says: 'Everything but the stories is in the language they chose.',
            language: other.tag,
            otherwise,
          },
        ]
      : []),
  ];
}

function personaOf(content: EditionContent, { had, otherwise, ...sketch }: Sketch): Persona {
  const choices = sketch.choices ?? EVERYTHING;
  const selection = sketch.selection ?? select(content, choices, had);
  return {
    called: '',
    language: null,
    ...sketch,
    choices,
    selection,
    why: selection === NOTHING ? otherwise : '',
  };
}
