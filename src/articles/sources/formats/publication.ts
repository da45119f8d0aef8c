import type { KeptBack } from '../../article.ts';
import { type FrontMatter, foldKey, textOf } from './front-matter-values.ts';

/** State of publication that a file declares. */
export type Publication =
  | {
      readonly kind: 'public';
      /** Moments before which it is not, as written. */
      readonly from: readonly string[];
      /** Moments from which it is not any more, as written. */
      readonly until: readonly string[];
      /**
       * True where a key says that it waits, so that without a readable moment it is no article
       * yet.
       */
      readonly waits: boolean;
    }
  | { readonly kind: 'left out'; readonly why: KeptBack; readonly says: string }
  /** A word that may mean either: better asked than mailed. */
  | { readonly kind: 'unclear'; readonly says: string };

const PUBLIC = { kind: 'public', from: [], until: [], waits: false } as const satisfies Publication;

const YES = /^(?:true|yes|y|on|1|ja|oui|si|sí|sim)$/i;
const NO = /^(?:false|no|n|off|0|never|nein|non|não|nao)$/i;

/** Keys that keep a file back with any value but no: a draft with "draft: until Friday" is one. */
const KEEPS_BACK: Readonly<Record<string, KeptBack>> = {
  ...keyed('draft', 'draft drafts isdraft wip unpublished unfinished onhold'),
  ...keyed(
    'private',
    'private isprivate unlisted hidden ishidden password postpassword passwordprotected membersonly memberonly subscribersonly eleventyexcludefromcollections trashed deleted',
  ),
};

/** Keys that keep a file back with a plain yes; with anything else they say something else. */
const KEEPS_BACK_WITH_YES: Readonly<Record<string, KeptBack>> = {
  ...keyed(
    'private',
    'headless hide internal confidential protected premium paywall paywalled trash archived disabled excluded exclude',
  ),
  ...keyed('expired', 'expired isexpired withdrawn retracted'),
  ...keyed('scheduled', 'embargo embargoed scheduled'),
  ...keyed('page', 'page ispage template istemplate'),
};

/** Keys whose no keeps a file back. */
const LETS_GO: Readonly<Record<string, KeptBack>> = {
  ...keyed('draft', 'published publish ispublished dgpublish ready released live islive approved'),
  ...keyed('private', 'public ispublic listed islisted visible isvisible enabled permalink'),
};

/** Keys that hold one word for where a file stands. */
const STATUS_KEYS = new Set(
  'status poststatus publishstatus publicationstatus publishingstatus publicationstate publishstate publishingstate workflow workflowstatus workflowstate moderationstate reviewstatus editorialstatus contentstatus creativeworkstatus'.split(
    ' ',
  ),
);
/**
 * Keys that hold such a word or something else altogether: a state may be Bavaria, access may be
 * step-free.
 */
const LOOSE_KEYS = new Set(
  'state stage visibility access audience posttype type layout contenttype'.split(' '),
);

const PUBLIC_WORDS = new Set(
  'publish published public publishing live final done ready approved posted released complete completed finished everyone everybody all anyone web visible listed open free active online current evergreen updated corrected breaking developing new normal default yes true 1 200 veröffentlicht publiziert online publié publie publiée publicado publicada pubblicato gepubliceerd'.split(
    ' ',
  ),
);
const WAITING_WORDS = new Set(
  'scheduled schedule future planned queued embargo embargoed geplant programmé programado'.split(' '),
);
const DRAFT_WORDS = new Set(
  'draft drafts drafting autodraft draught wip pending inherit idea ideas todo outline backlog unpublished unfinished incomplete review reviewing inreview needsreview edit edits editing inprogress progress writing rewrite hold onhold held stub seed notready unready rejected submitted assigned proposed pitch spiked killed rough new-draft entwurf brouillon borrador rascunho bozza concept utkast kladde arbeit false no 0 off'.split(
    ' ',
  ),
);
const PRIVATE_WORDS = new Set(
  'private unlisted hidden internal confidential secret restricted password protected founding members member memberonly membersonly paid tiers tier premium subscribers subscriber subscribersonly patrons noindex trash trashed trashbin bin deleted removed archived archive disabled inactive offline privat privé privada privado nobody none specific'.split(
    ' ',
  ),
);
const EXPIRED_WORDS = new Set('expired withdrawn retracted outdated obsolete depublished'.split(' '));
/** Kinds of content, and layouts, that say something about being published; others do not. */
const PAGE_KINDS = new Set('page pages attachment navmenuitem wpblock template revision'.split(' '));
const PAGE_LAYOUTS = new Set(
  'page pages home homepage list index landing section taxonomy term search archive archives tags categories 404'.split(
    ' ',
  ),
);

const FROM_KEYS =
  'publishdate publishat publishon publishfrom publishup publishtime publishafter pubafter publicationstart startpublishing publishstart embargo embargoed embargountil embargoeduntil embargodate embargoend embargoends embargolift embargolifts embargotill notbefore holduntil holdfor golive goliveat golivedate livedate livefrom liveat availablefrom visiblefrom activefrom validfrom onlinefrom releaseat scheduled scheduledfor scheduledat scheduleddate'.split(
    ' ',
  );
const UNTIL_KEYS =
  'expirydate expiry expires expired withdrawn archived expireson expiresat expiredate expireat expireon expire expiration expirationdate expirationtime unpublishdate unpublishat unpublishon unpublish depublish depublishdate depublishat publishuntil publishto publishdown publishend publicationend stoppublishing validuntil validthrough validto visibleuntil availableuntil availableto activeuntil liveuntil onlineuntil offlinefrom offlineat withdrawat withdrawon removeon removeat deleteon sunset sunsetdate archiveon archiveat articleexpirationtime'.split(
    ' ',
  );

/**
 * Reads the state of publication from front matter, or from the head of a page. The strictest word
 * counts.
 */
export function publicationOf(data: FrontMatter): Publication {
  const said = data.entries.map(([key, value]) => ofEntry(key, value));
  const leftOut = said.find((one) => one.kind === 'left out') ?? said.find((one) => one.kind === 'unclear');
  if (leftOut) return leftOut;
  const from = datesAt(data, FROM_KEYS);
  return {
    kind: 'public',
    from,
    until: datesAt(data, UNTIL_KEYS),
    waits: said.some((one) => one.kind === 'public' && one.waits),
  };
}

/** "DRAFT: The mayor", "[Embargo] The mayor". */
const MARKS = [
  /^\W{0,3}\[\s?(?:draft|wip|embargo(?:ed)?|entwurf|brouillon|borrador|do not publish|not for publication)\s?\]/i,
  /^(?:DRAFT|WIP|EMBARGO(?:ED)?|ENTWURF|BROUILLON|BORRADOR|DO NOT PUBLISH|NOT FOR PUBLICATION)\s?[:–—-]/,
];

/** The mark in a headline that says it is not to be published; empty where there is none. */
export function markIn(headline: string): string {
  return MARKS.map((mark) => mark.exec(headline)?.[0]).find(Boolean) ?? '';
}

function ofEntry(key: string, value: unknown): Publication {
  if (key === 'build') return ofBuild(value);
  if (Array.isArray(value) && STATUS_KEYS.has(key)) return ofStatus(key, value.map(textOf).join(' '));
  const text = textOf(value);
  if (text === '') return PUBLIC;
  const says = /password/.test(key) ? `${key}: …` : `${key}: ${text.slice(0, 60)}`;
  const back = KEEPS_BACK[key];
  if (back && !NO.test(text)) return { kind: 'left out', why: back, says };
  const go = LETS_GO[key];
  if (go && NO.test(text)) return { kind: 'left out', why: go, says };
  const backWithYes = KEEPS_BACK_WITH_YES[key];
  if (backWithYes && YES.test(text)) return { kind: 'left out', why: backWithYes, says };
  return STATUS_KEYS.has(key) || LOOSE_KEYS.has(key) ? ofStatus(key, text) : PUBLIC;
}

function ofStatus(key: string, text: string): Publication {
  const says = `${key}: ${text.slice(0, 60)}`;
  const words: string[] =
    text
      .slice(0, 60)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const all = [words.join(''), ...words];
  const has = (list: ReadonlySet<string>) => all.some((word) => list.has(word));
  if (key === 'layout' || key.endsWith('type')) return ofKind(key, all[0] ?? '', says);
  const denied = words.includes('not') || words.includes('nicht');
  if (has(DRAFT_WORDS) || denied) return { kind: 'left out', why: 'draft', says };
  if (has(PRIVATE_WORDS)) return { kind: 'left out', why: 'private', says };
  if (has(EXPIRED_WORDS)) return { kind: 'left out', why: 'expired', says };
  if (has(WAITING_WORDS)) return { ...PUBLIC, waits: true };
  return STATUS_KEYS.has(key) && words.length > 0 && !has(PUBLIC_WORDS) ? { kind: 'unclear', says } : PUBLIC;
}

function ofKind(key: string, word: string, says: string): Publication {
  if ((key === 'layout' ? PAGE_LAYOUTS : PAGE_KINDS).has(word))
    return { kind: 'left out', why: 'page', says };
  return word === 'draft' || word === 'drafts' ? { kind: 'left out', why: 'draft', says } : PUBLIC;
}

/** Hugo's `build: { render: never, list: never }`. */
function ofBuild(value: unknown): Publication {
  if (typeof value !== 'object' || value === null) return PUBLIC;
  const never = Object.entries(value).find(
    ([key, word]) => ['render', 'list'].includes(foldKey(key)) && NO.test(textOf(word)),
  );
  return never
    ? { kind: 'left out', why: 'private', says: `build: ${never[0]}: ${textOf(never[1])}` }
    : PUBLIC;
}

/** Moments under these keys; a word for no or never is none. */
function datesAt(data: FrontMatter, keys: readonly string[]): string[] {
  return data.texts(...keys).filter((text) => !NO.test(text) && !YES.test(text));
}

function keyed(why: KeptBack, keys: string): Record<string, KeptBack> {
  return Object.fromEntries(keys.split(' ').map((key) => [key, why]));
}
