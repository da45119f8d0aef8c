import { Newsletters, type NewslettersFile, parseNewsletters } from '../../src/config/newsletters.ts';

/** A publisher with two newsletters, one of them in three sections. */
export function twoNewsletters(): NewslettersFile {
  return parseNewsletters(TWO_NEWSLETTERS, 'newsletters.yaml');
}

/** The same publisher with the daily alone. */
export function oneNewsletter(): NewslettersFile {
  const file = twoNewsletters();
  return { ...file, newsletters: Newsletters.with(file.newsletters.slice(0, 1)) };
}

/** `newsletters.yaml` of that publisher. */
export const TWO_NEWSLETTERS = `
publisher:
  name: Belle
  postal_address: 12 Garden Row, London SE1 0AA
  website: https://belle.example
sources:
  stories: { folder: articles }
  palace: { feed: https://palace.example/feed.xml }
newsletters:
  daily:
    title: The Daily Belle
    description: The stories everyone will be talking about at lunch, over your first coffee.
    schedule: 0 7 * * *
    time_zone: Europe/London
    sources: [stories, palace]
    sections:
      royal: { title: Royals, when: { category: royal } }
      stars: { title: Stars, when: { category: celebrity } }
      style: { title: Style & beauty, when: { category: style } }
  weekend:
    title: Weekend
    description: Long reads, recipes and the interview of the week.
    schedule: 30 17 * * 5
    time_zone: Europe/London
    sources: [stories]
    sections:
      reads: { title: Long reads }
`;
