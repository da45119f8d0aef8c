import type { EditionStory } from '../../editions/edition.ts';
import { languageOf } from '../../mail/views/edition-view.ts';
import { type CheckedMail, storyAt } from '../checked-mail.ts';
import { type Finding, type Place, placeIn, type Severity } from '../finding.ts';
import { elementsIn, isElement, isHidden, nameOf, type PageElement, visibleText } from '../mail-page.ts';

const RIGHT_TO_LEFT = /^(ar|fa|he|ur|yi|dv|ps|ckb|sd|ug)\b/i;

/** Checks that the page declares its language and title, which a screen reader needs first. */
export function languageAndTitle(mail: CheckedMail): Finding[] {
  const [html] = elementsIn(mail.page, 'html');
  const [title] = elementsIn(mail.page, 'title');
  const language = html?.attribs.lang?.trim() ?? '';
  const wanted = languageOf(mail.newsletter, mail.edition);
  const about = finder('language', 'Set lang on <html> and fill <title> in the template.');
  return [
    ...(language === '' ? [about('blocking', 'The HTML has no language')] : []),
    ...(language !== '' && language.toLowerCase() !== wanted.toLowerCase()
      ? [about('advisory', `The language of the HTML is "${language}", but the edition is in "${wanted}"`)]
      : []),
    ...(title && titleText(title) !== '' ? [] : [about('blocking', 'The HTML has no title')]),
  ];
}

/**
 * People who listen go from heading to heading: one for the whole, and no level left out on the way
 * down.
 */
export function headings(mail: CheckedMail): Finding[] {
  const all = elementsIn(mail.page).filter(
    (element) => /^h[1-6]$/.test(element.name) && !isWithinHidden(element),
  );
  const about = finder('headings', 'Give the template one h1, h2 for sections and h3 for stories.');
  const first = all.filter(({ name }) => name === 'h1').length;
  const skipping = all.filter((heading, at) => levelOf(heading) > levelOf(all[at - 1]) + 1);
  return [
    ...(first === 1
      ? []
      : [about('advisory', `The HTML has ${first === 0 ? 'no' : first} h1; it should have one`)]),
    ...skipping.map((heading) =>
      about(
        'advisory',
        `A heading of level ${levelOf(heading)} follows one of level ${levelOf(all[all.indexOf(heading) - 1])}`,
        heading,
      ),
    ),
    ...all
      .filter((heading) => nameOf(heading) === '')
      .map((heading) => about('advisory', `A heading of level ${levelOf(heading)} is empty`)),
  ];
}

/** Words for every picture: many readers see them first, and some nothing else. */
export function altTexts(mail: CheckedMail): Finding[] {
  return elementsIn(mail.page, 'img').flatMap((picture) => {
    const { alt, src = '' } = picture.attribs;
    const link = linkAround(picture);
    const story = link && storyAt(mail, link.attribs.href ?? '');
    const about = (severity: Severity, says: string): Finding => ({
      check: 'alt-text',
      severity,
      says,
      where: placeIn('pictures', story, src),
      mend: 'Give the picture alt text. Leave it empty only for a decorative picture that is no link.',
    });
    if (alt === undefined) return [about('blocking', 'A picture has no alt text')];
    if (alt.trim() === '' && link && nameOf(link) === '')
      return [
        about(
          'blocking',
          'A picture that is a link has empty alt text, so screen readers cannot say where it leads',
        ),
      ];
    if (/^\S+\.(jpe?g|png|gif|webp|avif)$/i.test(alt.trim()))
      return [about('advisory', `The alt text "${alt}" is a file name`)];
    return [];
  });
}

/** Without them the page jumps while pictures load, and Word shows them as large as the file is. */
export function pictureSizes(mail: CheckedMail): Finding[] {
  const about = finder('picture-size', 'Give the picture width and height attributes, in pixels.');
  return elementsIn(mail.page, 'img').flatMap((picture) => {
    const missing = ['width', 'height'].filter((name) => !/^\d+$/.test(picture.attribs[name] ?? ''));
    return missing.length === 0
      ? []
      : [about('advisory', `A picture has no ${missing.join(' and no ')} in pixels`, picture)];
  });
}

/** A table that only arranges is announced cell by cell, unless it says so. */
export function layoutTables(mail: CheckedMail): Finding[] {
  const about = finder('layout-tables', 'Put role="presentation" on tables that are only for layout.');
  const silent = elementsIn(mail.page, 'table').filter(
    (table) =>
      !/^(presentation|none)$/.test(table.attribs.role ?? '') && elementsIn(table, 'th').length === 0,
  );
  return silent.length === 0
    ? []
    : [
        about(
          'advisory',
          `${silent.length === 1 ? 'A table' : `${silent.length} tables`} for layout without role="presentation"`,
        ),
      ];
}

/** A phrase that runs the other way within a line, such as a name, is as it should be. */
const ARRANGES = /^(body|table|tbody|tr|td|th|div)$/;

/**
 * Checks that the order of reading is the order on screen: no column turned round, and sections as
 * in the plain text.
 */
export function readingOrder(mail: CheckedMail): Finding[] {
  const about = finder('reading-order', 'Write the columns in the template in reading order.');
  const wanted = RIGHT_TO_LEFT.test(languageOf(mail.newsletter, mail.edition)) ? 'rtl' : 'ltr';
  const turned = elementsIn(mail.page).filter(
    (element) => ARRANGES.test(element.name) && directionOf(element) === (wanted === 'rtl' ? 'ltr' : 'rtl'),
  );
  const places = [...placesOf(mail)];
  const seen = sectionsBy(mail, new Map(places.map(([story, at]) => [story, at.html])));
  const read = sectionsBy(mail, new Map(places.map(([story, at]) => [story, at.text])));
  return [
    ...turned
      .slice(0, 1)
      .map((element) =>
        about(
          'advisory',
          `Part of the HTML runs ${directionOf(element)} in a mail that runs ${wanted}`,
          element,
        ),
      ),
    ...(seen.join() === read.join()
      ? []
      : [
          about(
            'advisory',
            `The HTML has its sections as ${seen.join(', ')}, the plain text as ${read.join(', ')}`,
          ),
        ]),
  ];
}

/** The sections in the order in which their stories first appear; the lead stands above them. */
function sectionsBy(mail: CheckedMail, places: ReadonlyMap<EditionStory, number>): string[] {
  const [, ...rest] = mail.stories
    .filter((story) => places.has(story))
    .sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  return [...new Set(rest.map(({ sectionId }) => sectionId))];
}

/** Returns the first position of each story's link, for stories that both parts have. */
function placesOf({
  stories,
  links,
  html,
  text,
}: CheckedMail): Map<EditionStory, { html: number; text: number }> {
  const found = stories.map((story) => {
    const address = links.article(story.link);
    return [
      story,
      { html: html.indexOf(`"${address.replaceAll('&', '&amp;')}"`), text: text.indexOf(address) },
    ] as const;
  });
  return new Map(found.filter(([, at]) => at.html >= 0 && at.text >= 0));
}

function directionOf({ attribs }: PageElement): string {
  const styled = /(?:^|[;\s])direction:\s*(rtl|ltr)/i.exec(attribs.style ?? '')?.[1];
  return (styled ?? (/^(rtl|ltr)$/i.exec(attribs.dir ?? '') ?? [])[0] ?? '').toLowerCase();
}

function titleText(title: PageElement): string {
  return title.children
    .map((child) => ('data' in child ? child.data : ''))
    .join('')
    .trim();
}

function levelOf(heading: PageElement | undefined): number {
  return heading ? Number(heading.name.slice(1)) : 0;
}

function linkAround(element: PageElement): PageElement | undefined {
  return ancestors(element).find(({ name }) => name === 'a');
}

function isWithinHidden(element: PageElement): boolean {
  return [element, ...ancestors(element)].some(isHidden);
}

function ancestors(element: PageElement): PageElement[] {
  const { parent } = element;
  return parent && isElement(parent) ? [parent, ...ancestors(parent)] : [];
}

function finder(check: string, mend: string) {
  return (severity: Severity, says: string, at?: PageElement): Finding => {
    const where: Place = placeIn('html', undefined, at && (visibleText(at) || nameOf(at) || at.attribs.src));
    return { check, severity, says, where, mend };
  };
}
