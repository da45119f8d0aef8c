import { byLine } from './feed-authors.ts';
import { descendants, elementsIn, fields, firstText, htmlOf, textConstruct, textOf } from './feed-fields.ts';
import type { FeedItem } from './feed-item.ts';
import { xmlPictures } from './feed-pictures.ts';
import type { FeedElement, FeedTree } from './feed-tree.ts';

/** Properties that all entries of one feed share. */
interface Channel {
  /** A text without a type is plain: so it is in Atom, and in RSS it is HTML. */
  readonly isAtom: boolean;
  /** Base address of relative links where no `xml:base` gives one. */
  readonly base: string;
  /** The page of the feed itself. */
  readonly home: string;
  readonly language: string;
  readonly author: string;
}

/**
 * The entries of RSS, RDF or Atom, which are told apart by the names they use and not by what they
 * say they are.
 */
export function xmlItems({ root, items }: FeedTree, address: string): FeedItem[] {
  const channel = channelOf(root, address);
  return items.map((item) => itemOf(item, channel));
}

function channelOf(root: FeedElement | undefined, address: string): Channel {
  const element = root && (fields(root, ['core', 'rdf'], 'channel')[0] ?? root);
  const isAtom = root?.name === 'feed';
  const near = (name: string) => (element ? ownFields(element, name) : []);
  const home = element ? (linksOf(near('link')).pages[0] ?? '') : '';
  const isHere = URL.parse(home)?.hostname === URL.parse(address)?.hostname;
  // RFC 4287 has links relative to the document, which is right where the document is on the site it tells of.
  const base = /^https?:/i.test(home) && !(isAtom && isHere) ? home : address;
  const languages = element ? [...near('language'), ...fields(element, 'dc', 'language')] : [];
  return {
    isAtom,
    base: root?.base ?? base,
    home,
    language: firstText(languages) || element?.language || '',
    author: isAtom ? byLine(authorsOf(near('author'))) : '',
  };
}

/** Fields of the channel itself: directly in it, else in something of it that was never closed. */
function ownFields(element: FeedElement, name: string): FeedElement[] {
  const direct = fields(element, 'core', name);
  if (direct.length > 0) return direct;
  const inside = elementsIn(element).filter(
    (child) => !/^(image|textinput|cloud|source|author)$/.test(child.name),
  );
  return inside.flatMap((child) => ownFields(child, name)).slice(0, 1);
}

function itemOf(item: FeedElement, channel: Channel): FeedItem {
  const core = (...names: string[]) => fields(item, 'core', ...names);
  const construct = (element: FeedElement) => htmlOf(textConstruct(element, channel.isAtom));
  const [title] = core('title').filter((element) => textConstruct(element, channel.isAtom).text.trim());
  const [content] = [
    ...fields(item, 'content', 'encoded'),
    ...core('content', 'encoded', 'fulltext'),
    ...fields(item, 'xhtml', 'body', 'div'),
  ].filter((element) => construct(element).trim());
  const language = firstText(fields(item, 'dc', 'language')) || item.language || channel.language;
  return {
    title: title
      ? textConstruct(title, channel.isAtom)
      : {
          text: firstText([
            ...fields(item, ['dc', 'itunes'], 'title'),
            ...descendants(item, 'media', 'title'),
          ]),
          markup: true,
        },
    ...identityOf(item),
    base: item.base ?? channel.base,
    home: channel.home,
    summary:
      [
        ...core('description', 'summary', 'abstract', 'tagline').map(construct),
        ...fields(item, ['itunes', 'dc'], 'summary', 'description', 'subtitle').map(construct),
        ...(content ? [] : mediaTexts(item).map(construct)),
      ].find((text) => text.trim()) ?? '',
    content: content ? construct(content) : '',
    contentBase:
      content?.base ?? (content ? undefined : core('description', 'summary')[0]?.base) ?? item.base,
    author:
      byLine([
        ...fields(item, 'dc', 'creator').map(textOf),
        ...authorsOf(core('author')),
        ...fields(item, 'itunes', 'author').map(textOf),
      ]) ||
      byLine(authorsOf(core('source').flatMap((source) => fields(source, 'core', 'author')))) ||
      channel.author,
    categories: [
      ...core('category').map(
        (one) => one.attributes.get('label') || textOf(one) || one.attributes.get('term') || '',
      ),
      ...fields(item, 'dc', 'subject').map(textOf),
    ],
    dates: datesOf(item),
    pictures: xmlPictures(item),
    language,
    isCut: item.isCut,
  };
}

/** Returns the texts of a film or sound; those of a picture would be its caption. */
function mediaTexts(item: FeedElement): FeedElement[] {
  const groups = fields(item, 'media', 'group');
  const contents = [item, ...groups].flatMap((one) => fields(one, 'media', 'content'));
  const films = contents.filter(
    ({ attributes }) => !/image/.test(`${attributes.get('type')} ${attributes.get('medium')}`),
  );
  return [item, ...groups, ...films].flatMap((one) => fields(one, 'media', 'description'));
}

/**
 * Links, the likeliest first: the page, then a permanent guid, then as a last resort whatever is an
 * address.
 */
function identityOf(item: FeedElement): Pick<FeedItem, 'links' | 'guid'> {
  const links = linksOf(fields(item, 'core', 'link'));
  const [id] = fields(item, 'core', 'guid', 'id').filter((element) => textOf(element));
  const guid = textOf(id);
  const isPermanent = id?.attributes.get('ispermalink')?.toLowerCase() !== 'false' && webAddress(guid);
  const about = item.attributes.get('rdf:about') ?? item.attributes.get('about') ?? '';
  const found = [
    firstText(fields(item, 'feedburner', 'origlink')),
    ...links.pages,
    item.attributes.get('href') ?? '',
    isPermanent ? guid : '',
    webAddress(about) ? about : '',
    webAddress(guid) ? guid : '',
    ...fields(item, 'core', 'content').map((content) => content.attributes.get('src') ?? ''),
    ...fields(item, 'dc', 'identifier').map(textOf).filter(webAddress),
    ...links.selves,
    ...fields(item, 'core', 'enclosure').map((one) => one.attributes.get('url') ?? ''),
    ...links.enclosures,
    ...descendants(item, 'media', 'player', 'content').map((one) => one.attributes.get('url') ?? ''),
  ];
  return { links: found.filter(Boolean), guid: guid || about };
}

/**
 * `alternate` is what a link without `rel` means (RFC 4287 §4.2.7.2); a link of RSS is its text.
 */
function linksOf(links: readonly FeedElement[]): { pages: string[]; selves: string[]; enclosures: string[] } {
  const of = (rel: string) =>
    links
      .map(({ attributes }) => attributes)
      .filter((attributes) => relOf(attributes.get('rel')) === rel && attributes.get('href'));
  const hrefs = (all: ReturnType<typeof of>) => all.map((attributes) => attributes.get('href') ?? '');
  const isHtml = (type: string | undefined) => /html/.test(type ?? 'text/html');
  const alternates = of('alternate');
  const html = alternates.filter((attributes) => isHtml(attributes.get('type')));
  return {
    pages: [...links.map(textOf).filter(Boolean), ...hrefs(html.length > 0 ? html : alternates)],
    selves: hrefs(of('self')),
    enclosures: hrefs(of('enclosure')),
  };
}

function relOf(rel: string | undefined): string {
  const name = rel?.toLowerCase().replace(/^http:\/\/www\.iana\.org\/assignments\/relation\//, '') ?? '';
  return name === '' ? 'alternate' : name;
}

/** An Atom person's name, or what RSS writes of one. */
function authorsOf(authors: readonly FeedElement[]): string[] {
  return authors.map((author) =>
    elementsIn(author).length > 0 ? firstText(fields(author, ['core', 'other'], 'name')) : textOf(author),
  );
}

/** In order of preference: when it was published, else when it was changed. */
function datesOf(item: FeedElement): string[] {
  const order = [
    ...fields(item, 'core', 'pubdate'),
    ...fields(item, 'core', 'published'),
    ...fields(item, ['core', 'dcterms'], 'issued'),
    ...fields(item, ['dc', 'dcterms'], 'date'),
    ...fields(item, 'core', 'date'),
    ...fields(item, ['core', 'dcterms'], 'created', 'available'),
    ...fields(item, 'core', 'updated'),
    ...fields(item, ['core', 'dcterms'], 'modified'),
  ];
  return order.map(textOf).filter(Boolean);
}

/**
 * An id that is an address. Others, such as `4711`, would only become one below the feed's own,
 * where nothing is.
 */
function webAddress(id: string): boolean {
  return /^https?:\/\/[^/\s]/i.test(id);
}
