import { parseAddress } from '../../src/base/text/address.ts';
import type { NewsletterConfig, Publisher } from '../../src/config/newsletters.ts';
import type { Edition, EditionStory } from '../../src/editions/edition.ts';
import type { MailLinks } from '../../src/mail/mail-links.ts';
import type { Notice } from '../../src/mail/views/notice-view.ts';

/** A newsletter, an edition and links with defaults; a test names only what it is about. */

export const PUBLISHER: Publisher = {
  name: 'Curtsey Press',
  postal_address: '14 Garden Walk, London EC2A 3PX',
  website: 'https://curtsey.example/',
};

export const LINKS: MailLinks = {
  article: (link) => (link.startsWith('article:') ? `https://news.example/read/${link.slice(8)}` : link),
  picture: (url) => (url.startsWith('media:') ? `https://news.example/media/${url.slice(6)}` : url),
  unsubscribe: (token) => `https://news.example/u/${token}`,
  preferences: (token) => `https://news.example/preferences/${token}`,
  view: (token) => `https://news.example/view/${token}`,
  confirm: (token) => `https://news.example/confirm/${token}`,
  review: (token) => `https://news.example/studio/review/${token}`,
  address: (token) => `https://news.example/address/${token}`,
  archive: (id) => `https://news.example/archive/${id}`,
  signUp: (id) => `https://news.example/?newsletter=${id}`,
};

/** Nobody looks: composed at the slot, and gone. */
export const REVIEW: NewsletterConfig['review'] = {
  before: 0,
  approval: 'automatic',
  sensitive: 'automatic',
  remind: 1_800_000,
  notify: [],
};

export function newsletter(changes: Partial<NewsletterConfig> = {}): NewsletterConfig {
  return {
    id: 'daily',
    title: 'The Daily Curtsey',
    description: 'Royals, red carpets and the art of living well',
    language: 'en',
    schedule: '0 7 * * *',
    time_zone: 'Europe/London',
    missed: 'catch_up',
    catch_up_within: 43_200_000,
    max_age: 172_800_000,
    uncertain: 'resend',
    lead: [],
    weekly_on: 'sunday',
    goodbye: true,
    archive: 'public',
    help: {},
    layout: 'magazine',
    sources: ['desk'],
    sections: [],
    review: REVIEW,
    limits: { stories: 24 },
    ...changes,
  };
}

export function story(bit: number, changes: Partial<EditionStory> = {}): EditionStory {
  return {
    bit,
    storyId: bit + 1,
    articleId: bit + 1,
    sectionId: 'royals',
    headline: `Headline number ${bit}`,
    standfirst: `What story ${bit} is about, in a sentence that is long enough to wrap in the text part.`,
    link: `https://paper.example/story-${bit}`,
    picture: null,
    author: '',
    sourceId: 'desk',
    publishedAt: Date.UTC(2026, 10, 22, 5),
    tags: [],
    chapter: 0,
    update: false,
    earlier: false,
    alsoBy: [],
    ...changes,
  };
}

export const PICTURE = { url: 'https://paper.example/p.jpg', alt: 'A balcony', caption: '' };

export function edition(
  stories: readonly EditionStory[],
  changes: Partial<Omit<Edition, 'content'> & Edition['content']> = {},
): Edition {
  const { id = 'daily-20261122T0700Z', newsletterId = 'daily', slot = Date.UTC(2026, 10, 22, 7) } = changes;
  return {
    id,
    newsletterId,
    slot,
    content: {
      title: changes.title ?? 'The Daily Curtsey',
      language: changes.language ?? 'en',
      sections: changes.sections ?? [
        { id: 'royals', title: 'Royals' },
        { id: 'celebrity', title: 'Celebrity' },
        { id: 'lifestyle', title: 'Lifestyle' },
      ],
      stories,
    },
  };
}

/** What an editor is told of an edition that goes by itself. */
export function notice(edition: Edition, changes: Partial<Notice> = {}): Notice {
  return {
    edition,
    leavesAt: edition.slot,
    toldAt: edition.slot,
    fate: 'goes',
    heldBy: '',
    reason: '',
    mayApprove: true,
    ...changes,
  };
}

export function address(text: string) {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.address;
}
