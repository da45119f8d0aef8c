import { z } from 'zod';
import type { AlsoBy, DroppedStory, EditionContent, EditionSection, EditionStory } from '../edition.ts';

type Shape<Value> = Record<keyof Value, z.ZodType>;

const cut = z.looseObject({ url: z.string(), width: z.number(), height: z.number() });
const picture = z.looseObject({
  url: z.string(),
  alt: z.string(),
  caption: z.string(),
  cuts: z.looseObject({ wide: cut, card: cut, thumb: cut }).optional(),
});
const alsoBy = z.looseObject({ name: z.string(), link: z.string() } satisfies Shape<AlsoBy>);

const told = {
  storyId: z.number(),
  articleId: z.number(),
  sectionId: z.string(),
  headline: z.string(),
  standfirst: z.string(),
  link: z.string(),
  picture: picture.nullable(),
  author: z.string(),
  sourceId: z.string(),
  publishedAt: z.number(),
  tags: z.array(z.string()),
  chapter: z.number(),
  update: z.boolean(),
  earlier: z.boolean(),
  alsoBy: z.array(alsoBy),
};
const story = z.looseObject({ ...told, bit: z.number() } satisfies Shape<EditionStory>);
const dropped = z.looseObject({
  ...told,
  before: z.array(z.number()).optional(),
  because: z.string().optional(),
} satisfies Shape<DroppedStory>);

const section = z.looseObject({
  id: z.string(),
  title: z.string(),
  light: z.boolean().optional(),
} satisfies Shape<EditionSection>);
const line = z.looseObject({ text: z.string(), tags: z.array(z.string()), about: z.array(z.number()) });

/** Shape of `EditionContent`, as the column has it; what a later release adds is let through. */
const content = z.looseObject({
  title: z.string(),
  language: z.string(),
  sections: z.array(section),
  stories: z.array(story),
  subject: line.optional(),
  preheader: line.optional(),
  intro: line.optional(),
  signoff: line.optional(),
  pinned: z.number().optional(),
  dropped: z.array(dropped).optional(),
  corrects: z.number().optional(),
  corrections: z.array(z.string()).optional(),
  weekly: z.looseObject({ best: z.array(z.number()), most: z.number() }).optional(),
} satisfies Shape<EditionContent>);

/**
 * Reads `editions.content`, or that of a revision; undefined where there is none.
 * @throws when it is not what an edition is made of, and says where.
 */
export function readContent(stored: string | null | undefined): EditionContent | undefined {
  if (stored == null) return undefined;
  const value: unknown = JSON.parse(stored);
  const read = content.safeParse(value);
  if (!read.success)
    throw new Error(`The content of an edition cannot be read: ${z.prettifyError(read.error)}`);
  return value as EditionContent;
}

/** Returns content as `editions.content` keeps it. */
export function storedContent(value: EditionContent): string {
  return JSON.stringify(value);
}
