import { type EmailAddress, parseAddress } from '../../base/text/address.ts';
import { type Persona, samplePersonas } from '../../composing/personas.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Edition } from '../../editions/edition.ts';
import { NOTHING, storiesIn } from '../../editions/selection.ts';
import { type KeptEdition, withContent } from '../../editions/store/kept-edition.ts';
import { leftOf, pulledIn } from '../../editions/store/pulled.ts';
import { type Reader, sampleReader } from '../../outbound/addressed.ts';
import { readerAt } from '../../outbound/reader-at.ts';
import type { Studio } from '../studio-deps.ts';
import { A_READER, type Asked } from './preview-choices.ts';

/** Somebody as whom an edition can be looked at. */
export interface Seen {
  readonly name: string;
  /** Choices of a persona; empty for a real reader: theirs are private. */
  readonly says: string;
  /** Undefined for whoever gets no mail. */
  readonly reader: Reader | undefined;
  /** Reason that they get none. */
  readonly why: string;
}

/** An edition to be looked at: without what was taken out of it once it had begun to go. Undefined where there is nothing. */
export async function editionShown(
  studio: Studio,
  kept: KeptEdition | undefined,
): Promise<Edition | undefined> {
  if (!kept?.content) return undefined;
  const gone = (await pulledIn(studio.db, [kept.id])).get(kept.id);
  return { ...withContent(kept, studio.clock.now()), content: leftOf(kept.content, gone) };
}

export function newsletterOf(studio: Studio, { newsletterId }: Edition): NewsletterConfig | undefined {
  return studio.newsletters.get(newsletterId);
}

/** The sample readers of an edition; none of a newsletter that is not configured any more. */
export function personasOf(studio: Studio, edition: Edition): Persona[] {
  const newsletter = newsletterOf(studio, edition);
  if (!newsletter) return [];
  return samplePersonas(edition.content, {
    newsletter,
    subjects: studio.config.subjects.map(({ id }) => id),
    languages: studio.vocabulary.languages,
  });
}

export function seenAsPersona(
  edition: Edition,
  { name, says, why, selection, called, language }: Persona,
): Seen {
  const reader = { ...sampleReader(edition), name: called, language, selection };
  return { name, says, why, reader: selection === NOTHING ? undefined : reader };
}

/** Returns the reader that an edition is shown for. */
export async function seenAs(studio: Studio, edition: Edition, { as, reader }: Asked): Promise<Seen> {
  if (as === A_READER) return realReader(studio, edition, reader);
  const persona = personasOf(studio, edition).find(({ id }) => id === as);
  return persona ? seenAsPersona(edition, persona) : nobody('Nobody', 'No such sample reader.');
}

/**
 * Their stories, their name and their language; the links are a sample's. What they lead to is the reader's own business:
 * what they mute stands there, and a click would end their subscription and not the editor's.
 */
async function realReader(studio: Studio, edition: Edition, address: string): Promise<Seen> {
  if (address === '') return nobody('A reader', 'Enter an email address.');
  const parsed = parseAddress(address, { world: true });
  if (!parsed.ok) return nobody(address, `This is not an address: ${parsed.reason}.`);
  const found = await readerAt(studio.db, edition, parsed.address, studio.clock.now());
  if (!found) return nobody(address, 'Nobody with this address subscribes to this newsletter.');
  const { subscription, placed } = found;
  if ('excluded' in placed) return nobody(subscription.email, `They get no mail: ${placed.excluded}.`);
  if (storiesIn(edition.content, placed.selection).length === 0)
    return nobody(subscription.email, 'Every story they would have got was taken out.');
  const { email, name, language } = subscription;
  const reader = { ...sampleReader(edition), email, name, language, selection: placed.selection };
  return { name: email, says: '', why: '', reader };
}

function nobody(name: EmailAddress | string, why: string): Seen {
  return { name, says: '', reader: undefined, why };
}
