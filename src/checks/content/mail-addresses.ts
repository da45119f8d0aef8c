import { type CheckedMail, ownOrigin, storyAt } from '../checked-mail.ts';
import { type Finding, type Place, placeIn, type Severity } from '../finding.ts';
import { elementsIn, nameOf, type PageElement } from '../mail-page.ts';

/** Names that are nobody's (RFC 2606, RFC 6761), and addresses of this machine. */
const NOWHERE =
  /(^|\.)(localhost|example|test|invalid|local)$|(^|\.)example\.(com|net|org)$|^127\.|^\[::1\]$|^0\.0\.0\.0$/i;

/** Every link of the HTML leads somewhere, from wherever the mail is read. */
export function linkAddresses(mail: CheckedMail): Finding[] {
  const mend = 'Give it a whole address with https://.';
  return elementsIn(mail.page, 'a').flatMap((link) => {
    const address = link.attribs.href?.trim();
    const about = finder('links', mail, link, 'links');
    const name = quoted(nameOf(link));
    if (address === undefined && link.attribs.name) return []; // a place in the page that a link can lead to
    if (!address || address === '#') return [about('blocking', `The link ${name} leads nowhere`, mend)];
    if (address.startsWith('#'))
      return isPlace(mail, address.slice(1))
        ? []
        : [about('blocking', `The link ${name} leads to an anchor that the mail does not have`, mend)];
    if (address.startsWith('mailto:'))
      return /^mailto:[^@\s]+@[^@\s]+$/.test(address)
        ? []
        : [about('blocking', `The link ${name} is a mailto: without an address`, mend)];
    return addressFindings(mail, address, about, `The link ${name}`);
  });
}

/**
 * Every picture can be fetched from wherever the mail is read; those inside the mail are not shown
 * by Gmail.
 */
export function pictureAddresses(mail: CheckedMail): Finding[] {
  return elementsIn(mail.page, 'img').flatMap((picture) => {
    const about = finder('links', mail, picture, 'pictures');
    return addressFindings(mail, picture.attribs.src?.trim() ?? '', about, 'A picture');
  });
}

function addressFindings(
  mail: CheckedMail,
  address: string,
  about: ReturnType<typeof finder>,
  what: string,
): Finding[] {
  const url = /^[a-z][a-z0-9+.-]*:/i.test(address) ? URL.parse(address) : null;
  const whole = 'Give it a whole address with https://.';
  if (!url) return [about('blocking', `${what} has an address without http:// or https://`, whole)];
  if (!/^https?:$/.test(url.protocol))
    return [about('blocking', `${what} has an address that begins with ${url.protocol}`, whole)];
  if (mail.rehearsal || !NOWHERE.test(url.hostname)) return [];
  return [
    about(
      'advisory',
      `${what} has an address at ${url.hostname}, which readers cannot reach`,
      'Give it a public address. Addresses on this site begin with PUBLIC_URL.',
    ),
  ];
}

/** A link is called by what it leads to: read out of context, it still says where one goes. */
export function linkNames(mail: CheckedMail): Finding[] {
  const links = elementsIn(mail.page, 'a').filter((link) => link.attribs.href);
  const leadsTo = new Map<string, Set<string>>();
  for (const link of links) {
    const name = nameOf(link).toLowerCase();
    leadsTo.set(name, (leadsTo.get(name) ?? new Set()).add(link.attribs.href ?? ''));
  }
  const reported = new Set<string>();
  return links.flatMap((link) => {
    const name = nameOf(link);
    const about = finder('link-text', mail, link, 'links');
    if (name === '')
      return isPictureWithoutAlt(link)
        ? []
        : [about('blocking', 'A link has no text', 'Give it text, or a picture with alt text.')];
    if (SAYS_NOTHING.test(name))
      return [
        about(
          'advisory',
          `The link text "${name}" does not say where the link leads`,
          'Make the headline the link.',
        ),
      ];
    const places = leadsTo.get(name.toLowerCase())?.size ?? 1;
    if (places === 1 || reported.has(name.toLowerCase())) return [];
    reported.add(name.toLowerCase());
    return [
      about('advisory', `"${name}" leads to ${places} different places`, 'Give each link its own text.'),
    ];
  });
}

const SAYS_NOTHING =
  /^(click here|here|read more|more|link|this|hier|hier klicken|klicken sie hier|mehr|cliquez ici|ici|en savoir plus|haga clic aquí|haz clic aquí|aquí|más)[.…!»→\s]*$/i;

/** Our own links lead straight to where they say, and no picture is there only to be counted. */
export function tracking(mail: CheckedMail): Finding[] {
  const mend = 'Remove it from the template: Broadsheet does not track readers.';
  const detours = elementsIn(mail.page, 'a').filter(({ attribs: { href = '' } }) => {
    const url = URL.parse(href);
    return url?.origin === ownOrigin(mail) && /https?(:|%3a)/i.test(url.search);
  });
  const pixels = elementsIn(mail.page, 'img').filter(
    ({ attribs: { width, height } }) => /^[01]$/.test(width ?? '') && /^[01]$/.test(height ?? ''),
  );
  return [
    ...detours.map((link) =>
      finder(
        'tracking',
        mail,
        link,
        'links',
      )('advisory', 'A link goes through a redirect on this site', mend),
    ),
    ...pixels.map((picture) =>
      finder('tracking', mail, picture, 'pictures')('advisory', 'The mail has a tracking pixel', mend),
    ),
  ];
}

function finder(check: string, mail: CheckedMail, element: PageElement, part: Place['part']) {
  const address = element.attribs.href ?? element.attribs.src ?? '';
  return (severity: Severity, says: string, mend: string): Finding => ({
    check,
    severity,
    says,
    where: placeIn(part, storyAt(mail, address), address),
    mend,
  });
}

/** Then its picture is what is wrong, and `alt-text` says so. */
function isPictureWithoutAlt(link: PageElement): boolean {
  return elementsIn(link, 'img').length > 0;
}

function isPlace({ page }: CheckedMail, name: string): boolean {
  return elementsIn(page).some(({ attribs }) => attribs.id === name || attribs.name === name);
}

function quoted(name: string): string {
  return name === '' ? 'without text' : `"${name}"`;
}
