import type { Clock } from '../../base/clock.ts';
import { AppError, messageOf } from '../../base/errors.ts';
import { NOBODY } from '../../base/public-id.ts';
import type { TokenSigner } from '../../base/token.ts';
import { checkEdition, type Verdict, verdictOf } from '../../checks/check-edition.ts';
import type { NamedMail } from '../../checks/checked-mail.ts';
import { linkFetcher } from '../../checks/content/link-status.ts';
import type { Finding } from '../../checks/finding.ts';
import { type Config, isRehearsal } from '../../config/config.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Edition, EditionContent } from '../../editions/edition.ts';
import {
  bitOf,
  EVERYTHING,
  NOTHING,
  type Selection,
  select,
  selectAll,
  storiesIn,
} from '../../editions/selection.ts';
import type { MailLinks } from '../../mail/mail-links.ts';
import { type Renderer, renderForReading } from '../../mail/render.ts';
import { slotValues } from '../../outbound/personal-parts.ts';
import type { Database } from '../../storage/schema/schema.ts';
import { takenBack } from './taken-back.ts';

export interface VerdictDeps {
  readonly config: Config;
  readonly renderer: Renderer;
  readonly signer: TokenSigner;
  readonly links: MailLinks;
  /**
   * Database of the articles, and the time; absent in one without articles of its own: then none
   * counts as withdrawn.
   */
  readonly db?: Database;
  readonly clock?: Clock;
}

/** A name as long as a greeting takes, and tokens of full length: no reader's mail is longer. */
const SAMPLE = {
  id: 0,
  publicId: NOBODY,
  subscriptionPublicId: NOBODY,
  createdAt: 0,
  name: 'Anna Katharina Wellington-Featherstone',
};

/**
 * Checks whether an edition is ready to send. With `links` its stories' pages are requested too:
 * only where somebody waits for it.
 */
export type GiveVerdict = (edition: Edition, options?: { readonly links?: boolean }) => Promise<Verdict>;

/**
 * The one verdict that `broadsheet check`, the studio and the send path share. It looks at the
 * mails of those readers who get the most, the least, and nothing but sensitive stories.
 */
export function verdictGiver(deps: VerdictDeps): GiveVerdict {
  return async (edition, { links = false } = {}) => {
    const newsletter = deps.config.newsletters.get(edition.newsletterId);
    if (!newsletter)
      return verdictOf([cannotBeMade(`of ${edition.id}`, new Error('its newsletter is not configured'))]);
    const mails: NamedMail[] = [];
    for (const [name, selection] of worstReaders(edition.content)) {
      const made = await makeMail(deps, newsletter, edition, name, selection);
      if ('severity' in made) return verdictOf([made]);
      mails.push(made);
    }
    const verdict = await checkEdition({
      newsletter,
      edition,
      links: deps.links,
      rehearsal: isRehearsal(deps.config),
      mails,
      ...(links ? { fetchLink: linkFetcher(deps.config.publicUrl) } : {}),
    });
    const gone = deps.db && deps.clock ? await takenBack(deps.db, edition, newsletter, deps.clock.now()) : [];
    return gone.length === 0 ? verdict : verdictOf([...gone, ...verdict.findings], verdict.measures);
  };
}

/**
 * Returns the readers whose mail is most likely to go wrong, the longest first, each selection
 * once.
 */
export function worstReaders(content: EditionContent): [name: string, selection: Selection][] {
  const daily = selectAll(content);
  const weekly = select(content, { ...EVERYTHING, frequency: 'weekly' });
  const count = (selection: Selection) => storiesIn(content, selection).length;
  const bySection = content.sections
    .map(({ id }) => select(content, { ...EVERYTHING, sections: [id] }))
    .filter((selection) => selection !== NOTHING)
    .sort((a, b) => count(a) - count(b));
  const mutes = content.stories.flatMap(({ tags }) => tags);
  const tagged = content.stories.filter(({ tags, earlier }) => tags.length > 0 && !earlier);
  const readers: [string, Selection][] = [
    ['a reader of everything', daily],
    ['a weekly reader', weekly],
    ['a reader who mutes every sensitive subject', select(content, { ...EVERYTHING, mutes })],
    ['a reader of one section', bySection[0] ?? NOTHING],
    [
      'a reader with only sensitive stories left',
      tagged.reduce((bits, story) => bits | bitOf(story), NOTHING),
    ],
  ];
  const longestFirst = readers.toSorted(([, a], [, b]) => count(b) - count(a));
  return longestFirst.filter(
    ([, selection], at) =>
      selection !== NOTHING && longestFirst.findIndex(([, other]) => other === selection) === at,
  );
}

async function makeMail(
  { renderer, signer }: VerdictDeps,
  newsletter: NewsletterConfig,
  edition: Edition,
  name: string,
  selection: Selection,
): Promise<NamedMail | Finding> {
  try {
    const rendered = await renderer.edition(newsletter, edition, selection);
    const mail = { ...rendered, ...renderForReading(rendered, slotValues(signer, SAMPLE)) };
    return { name, stories: storiesIn(edition.content, selection), mail };
  } catch (error) {
    return cannotBeMade(`for ${name}`, error);
  }
}

function cannotBeMade(what: string, error: unknown): Finding {
  return {
    check: 'render',
    severity: 'blocking',
    says: `The mail ${what} cannot be built: ${messageOf(error).split('\n')[0]}`,
    mend: (error instanceof AppError && error.hint) || 'Correct the template or the setting it names.',
  };
}
