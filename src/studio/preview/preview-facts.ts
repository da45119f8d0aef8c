import { messageOf } from '../../base/errors.ts';
import { distinctMails } from '../../composing/personas.ts';
import { type Edition, storiesInWords } from '../../editions/edition.ts';
import { storiesIn } from '../../editions/selection.ts';
import { HTML_MAX_BYTES } from '../../mail/render.ts';
import type { Studio } from '../studio-deps.ts';
import { count, size } from '../studio-words.ts';
import { personasOf, type Seen, seenAsPersona } from './preview-readers.ts';

/** Facts about one mail beside its looks. */
export interface MailFacts {
  readonly subject: string;
  readonly preheader: string;
  readonly stories: string;
  /** Length of its HTML, with the links filled in. */
  readonly bytes: number;
  readonly size: string;
}

/** Gmail shows no more than about this of a mail's HTML, as measured; where it cuts, the way to unsubscribe is gone. */
const GMAIL_CUTS_AT = 100_000;
const NEAR = 80_000;

/** @throws AppError when the mail cannot be made. */
export async function mailFacts(
  studio: Studio,
  edition: Edition,
  seen: Seen,
): Promise<MailFacts | undefined> {
  if (!seen.reader) return undefined;
  const { subject, preheader, html } = await studio.composer.preview(edition, seen.reader);
  const stories = storiesIn(edition.content, seen.reader.selection).length;
  const bytes = Buffer.byteLength(html);
  return { subject, preheader, stories: storiesInWords({ stories, earlier: 0 }), bytes, size: size(bytes) };
}

/**
 * Returns the lines above the frame: the mail's reader, its beginning, and the length of the
 * longest of all.
 */
export async function factsView(studio: Studio, edition: Edition, seen: Seen) {
  const { name, says, why } = seen;
  try {
    const facts = await mailFacts(studio, edition, seen);
    return { name, says, why, problem: '', facts: facts ?? null, worst: await worstView(studio, edition) };
  } catch (error) {
    return { name, says, why, problem: messageOf(error), facts: null, worst: null };
  }
}

/** The longest mail that a sample reader gets, against where Gmail cuts. */
async function worstView(studio: Studio, edition: Edition) {
  const mails = distinctMails(personasOf(studio, edition));
  const sizes = await Promise.all(
    mails.map(async ({ persona, names }) => ({
      whose: names[0] ?? '',
      bytes: (await mailFacts(studio, edition, seenAsPersona(edition, persona)))?.bytes ?? 0,
    })),
  );
  const [longest] = sizes.toSorted((a, b) => b.bytes - a.bytes);
  if (!longest) return null;
  const { whose, bytes } = longest;
  const share = (number: number) => ((Math.min(number, GMAIL_CUTS_AT) / GMAIL_CUTS_AT) * 100).toFixed(1);
  return {
    whose,
    bytes: count(bytes),
    limit: count(HTML_MAX_BYTES),
    width: share(bytes),
    mark: share(HTML_MAX_BYTES),
    isOver: bytes > HTML_MAX_BYTES,
    level: bytes > HTML_MAX_BYTES ? 'over' : bytes > NEAR ? 'near' : 'well',
  };
}
