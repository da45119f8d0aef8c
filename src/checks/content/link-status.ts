import { type FetchResult, guardedFetch } from '../../articles/fetching/guarded-fetch.ts';
import { fetchFailureWords } from '../../articles/sources/failure-words.ts';
import { userAgentOf } from '../../base/version.ts';
import { leadOf } from '../../editions/editorial.ts';
import { type CheckedMail, isPersonal, ownOrigin, storyAt } from '../checked-mail.ts';
import { type Finding, placeIn, type Severity } from '../finding.ts';
import { elementsIn, nameOf } from '../mail-page.ts';

/** Asks an address once, without following anything but redirects. */
export type FetchLink = (address: string) => Promise<FetchResult>;

const AT_ONCE = 6;
/** The page itself is not wanted: what is longer than this is there, and that was the question. */
const LIMITS = { headersMs: 10_000, totalMs: 15_000, wireBytes: 64 * 1024, bodyBytes: 256 * 1024 };

/**
 * Through the same guard as feeds: an address from an article must not make us a tool against our
 * own network.
 */
export function linkFetcher(publicUrl: string): FetchLink {
  return (address) =>
    guardedFetch(address, {
      userAgent: userAgentOf(publicUrl),
      validators: { etag: null, lastModified: null },
      allowPrivate: false,
      accept: 'text/html, */*;q=0.5',
      limits: LIMITS,
    });
}

/**
 * Checks that the stories are still where the links say. Asks each address once, few at a time, and
 * never one that could act for a reader: not our own personal pages, and nothing that looks like
 * leaving a list.
 */
export async function linkStatus(mail: CheckedMail, fetchLink: FetchLink): Promise<Finding[]> {
  const addresses = [...followable(mail)];
  const findings: (Finding | undefined)[] = new Array(addresses.length);
  let next = 0;
  const walk = async () => {
    for (let at = next++; at < addresses.length; at = next++) {
      const address = addresses[at] ?? '';
      findings[at] = findingOf(mail, address, await fetchLink(address));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, walk));
  return findings.filter((finding) => finding !== undefined);
}

/** In the order of the mail; a part of a page is asked for with the page. */
export function followable(mail: CheckedMail): Set<string> {
  const links = elementsIn(mail.page, 'a').filter((link) => {
    const { href = '' } = link.attribs;
    const url = URL.parse(href);
    return (
      url !== null &&
      /^https?:$/.test(url.protocol) &&
      url.origin !== ownOrigin(mail) &&
      !isPersonal(mail, href) &&
      !ACTS.test(decoded(url)) &&
      !ACTS.test(nameOf(link))
    );
  });
  return new Set(links.map((link) => (link.attribs.href ?? '').replace(/#.*$/, '')));
}

const ACTS =
  /unsub|opt[-_ ]?out|sign[-_ ]?off|abmeld|abbestell|austrag|d[ée]s?abonn|d[ée]sinscri|darse?[-_ ]de[-_ ]baja|confirm|preferences|remove[-_ ]?me|delete|logout/i;

function decoded({ pathname, search }: URL): string {
  try {
    return decodeURIComponent(pathname + search);
  } catch {
    return pathname + search;
  }
}

function findingOf(mail: CheckedMail, address: string, result: FetchResult): Finding | undefined {
  if (result.kind !== 'failed' || result.status === 200) return undefined;
  const lead = leadOf(mail.edition.content, mail.stories);
  const story = storyAt(mail, address);
  const about = (severity: Severity, says: string): Finding => ({
    check: 'link-status',
    severity,
    says,
    where: placeIn('links', story, address),
    mend: 'Check the address. If the page is gone, leave the story out or fix its link.',
  });
  // A mail whose first story is gone is not worth sending; one dead link among many is.
  if (result.status === 404 || result.status === 410)
    return about(
      story !== undefined && story.articleId === lead?.articleId ? 'blocking' : 'advisory',
      `The page is gone: ${fetchFailureWords(result.reason)}`,
    );
  if ((result.status ?? 0) >= 500 || result.reason.code === 'no-such-host')
    return about('advisory', `The page could not be fetched: ${fetchFailureWords(result.reason)}`);
  return about('advisory', `The link could not be checked: ${fetchFailureWords(result.reason)}`);
}
