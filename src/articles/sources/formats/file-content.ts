import { byLine } from '../feeds/feed-authors.ts';
import { type FilePicture, type FrontMatter, textOf } from './front-matter-values.ts';
import { markIn, type Publication, publicationOf } from './publication.ts';

/** Content of one file, as text that is not yet checked; the same for all kinds of file. */
export interface FileContent {
  readonly headline: string;
  readonly standfirst: string;
  /** Dates of publication as written, the likeliest first. */
  readonly dates: readonly string[];
  /** Dates of the last change, as written: used where no date of publication is given. */
  readonly changed: readonly string[];
  readonly author: string;
  readonly categories: readonly string[];
  /** Keywords; those that name a sensitive subject count as one. */
  readonly tags: readonly string[];
  /** Candidates, the likeliest first. */
  readonly pictures: readonly FilePicture[];
  /** Addresses it may have on the web, the likeliest first; not all are absolute. */
  readonly links: readonly string[];
  readonly language: string;
  readonly publication: Publication;
  readonly paragraphs: readonly string[];
}

const HEADLINE_KEYS = [
  'headline',
  'title',
  'posttitle',
  'title.rendered',
  'heading',
  'h1',
  'name',
  'seo.title',
  'ogtitle',
  'twittertitle',
];
const STANDFIRST_KEYS =
  'standfirst description summary excerpt subtitle subheadline subheading subhead dek deck lede teaser intro abstract customexcerpt postexcerpt excerpt.rendered metadescription seo.description og.description ogdescription twitterdescription'.split(
    ' ',
  );
const DATE_KEYS =
  'date published articlepublishedtime publishedat publishedon publisheddate publishedtime datepublished pubdate pubdatetime publishdate publishat publishon publicationdate postdate posted postedat postedon dateposted datetime firstpublished firstpublishedat released datum fecha created createdat createdon datecreated createddate creationdate dcdate dcdateissued dctermscreated dctermsissued dctermsdate citationpublicationdate parselypubdate sailthrudate'.split(
    ' ',
  );
const CHANGED_KEYS =
  'lastmod updated updatedat updatedon updateddate dateupdated modified modifiedat datemodified lastmodified lastupdated lastmodifiedat articlemodifiedtime ogupdatedtime'.split(
    ' ',
  );
const AUTHOR_KEYS =
  'authors author byline by writer writers writtenby creator creators primaryauthor authorname postauthor contributor contributors autor auteur verfasser articleauthor dccreator parselyauthor sailthruauthor'.split(
    ' ',
  );
const SECTION_KEYS = ['categories', 'category', 'section', 'sections'];
const OTHER_SECTION_KEYS =
  'primarycategory primarytag topics topic channel kategorien kategorie rubrik rubrique ressort articlesection parselysection'.split(
    ' ',
  );
const TAG_KEYS = [
  'tags',
  'tag',
  'keywords',
  'hashtags',
  'articletag',
  'newskeywords',
  'sensitive',
  'contentwarning',
  'contentwarnings',
];
const LINK_KEYS =
  'link url canonical canonicalurl canonicallink seo.canonical permalink originalurl externalurl externallink guid ogurl'.split(
    ' ',
  );
/** Keys of a picture, where whatever stands is meant as one. */
const PICTURE_KEYS = ['picture', 'image'];
/**
 * Keys that may hold a name, a credit or a colour, too: what does not look like a file is passed
 * over.
 */
const MAYBE_PICTURE_KEYS =
  'cover coverimage coverimg featuredimage featureimage featuredimg featured featuredmedia feature hero heroimage heroimg banner bannerimage bannerimg headerimage headerimg header.image header.overlayimage header.teaser header.src leadimage mainimage titleimage postimage thumbnail thumbnailimage thumbnailurl thumb photo poster img imageurl imagesrc imagepath images pictures photos gallery ogimage ogimagesecureurl opengraphimage opengraph.image opengraph.images og.image og.images seo.image seo.ogimage seo.images twitterimage twitter.image twitter.images social.image socialimage socialcard shareimage shareimg metaimage teaser.image teaserimage previewimage preview cardimage card.image media attachment resources'.split(
    ' ',
  );
const LOOKS_LIKE_A_FILE =
  /^(?:https?:)?\/\/\S+$|\.(?:jpe?g|jfif|png|gif|webp|avif|svg|heic|tiff?|bmp)(?:[?#].*)?$/i;
/**
 * Words that stand for a date and are none: the switch of `published: true`, Eleventy's `date: git
 * Last Modified`.
 */
const NO_DATE = /^(?:true|false|yes|no|on|off|1|0|(?:git )?(?:created|last modified))$/i;

/** "By Nora Quist" is Nora Quist. */
const LEADING_BY = /^(?:(?:by|von|par|por)\s+(?=\p{Lu})|@)/iu;

/** Reads the content from front matter, whichever tool's names the keys have. */
export function contentOf(data: FrontMatter): FileContent {
  const sections = data.allNames(...SECTION_KEYS);
  const tags = data.allNames(...TAG_KEYS).map((tag) => tag.replace(/^#+/, ''));
  return {
    headline: data.text(...HEADLINE_KEYS),
    standfirst: data.text(...STANDFIRST_KEYS),
    dates: data.texts(...DATE_KEYS).filter((text) => !NO_DATE.test(text)),
    changed: data.texts(...CHANGED_KEYS).filter((text) => !NO_DATE.test(text)),
    author: byLine(data.names(...AUTHOR_KEYS).map((name) => name.replace(LEADING_BY, ''))),
    categories: sections.length > 0 ? sections : data.names(...OTHER_SECTION_KEYS),
    tags,
    pictures: [
      ...data.pictures(...PICTURE_KEYS),
      ...data.pictures(...MAYBE_PICTURE_KEYS).filter(({ source }) => LOOKS_LIKE_A_FILE.test(source)),
    ],
    links: data.texts(...LINK_KEYS),
    language: languageIn(data),
    publication: publicationOf(data),
    paragraphs: [],
  };
}

/** `de_DE` and `de-DE.UTF-8` as `de-DE`; nothing for what is no language. */
function languageIn(data: FrontMatter): string {
  const named = ['language', 'lang', 'locale', 'languagecode', 'oglocale', 'inlanguage']
    .map(
      (key) =>
        textOf(data.value(key))
          .replace(/_/g, '-')
          .split(/[.@,;\s]/)[0] ?? '',
    )
    .find((text) => /^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/i.test(text));
  return named ?? '';
}

/**
 * With a headline found in the text, and without it as an article where the headline says that it
 * is none.
 */
export function withHeadline(content: FileContent, headline: string): FileContent {
  const mark = markIn(headline);
  const marked: Publication = { kind: 'left out', why: 'draft', says: mark };
  return { ...content, headline, publication: mark ? marked : content.publication };
}
