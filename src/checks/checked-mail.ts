import type { NewsletterConfig } from '../config/newsletters.ts';
import type { Edition, EditionStory } from '../editions/edition.ts';
import { type MailLinks, webAddress } from '../mail/mail-links.ts';
import type { RenderedMail } from '../mail/render.ts';
import { type Page, parsePage } from './mail-page.ts';

/** Facts that an edition's mails share. */
export interface MailContext {
  readonly newsletter: NewsletterConfig;
  readonly edition: Edition;
  readonly links: MailLinks;
  /** Nothing leaves this machine: then links to it, and to example names, are as they should be. */
  readonly rehearsal: boolean;
}

/** A finished mail, as one of the readers with the most or the least in it gets it. */
export interface CheckedMail extends MailContext, RenderedMail {
  /** Reader who gets it, such as "a reader of everything". */
  readonly name: string;
  /** In the order of the edition. */
  readonly stories: readonly EditionStory[];
  readonly page: Page;
}

/** A mail for a check: `html` and `text` have their slots filled. */
export interface NamedMail {
  readonly name: string;
  readonly stories: readonly EditionStory[];
  readonly mail: RenderedMail;
}

export function checkedMail(context: MailContext, { name, stories, mail }: NamedMail): CheckedMail {
  return { ...context, ...mail, name, stories, page: parsePage(mail.html) };
}

/** Returns the story that an address of a mail leads to. */
export function storyAt(
  { edition, links }: Pick<MailContext, 'edition' | 'links'>,
  address: string,
): EditionStory | undefined {
  return edition.content.stories.find((story) => webAddress(links.article(story.link)) === address);
}

/** An address that acts for one reader, or shows what is theirs: nobody but they may follow it. */
export function isPersonal({ links }: Pick<MailContext, 'links'>, address: string): boolean {
  const personal = [links.unsubscribe(''), links.preferences(''), links.view(''), links.confirm('')];
  return personal.some((start) => address.startsWith(start));
}

/** Returns the origin of our own pages, such as `https://news.example.org`. */
export function ownOrigin({ links }: Pick<MailContext, 'links'>): string {
  return new URL(links.archive('x')).origin;
}
