import { AppError } from '../../base/errors.ts';
import { shorten } from '../../base/text/one-line.ts';
import { SUBJECT_CUTS } from '../../checks/content/wording.ts';
import type { Reach } from '../../delivery/audience/reach.ts';
import { LINES, type LineKind } from '../../editing/edit.ts';
import { namedStories } from '../../editing/line-words.ts';
import { TEXT_LIMITS } from '../../editing/text-limits.ts';
import type { Edition, EditionContent, EditorialLine } from '../../editions/edition.ts';
import { speaksTo } from '../../editions/editorial.ts';
import { sampleReader } from '../../outbound/addressed.ts';
import type { Studio } from '../studio-deps.ts';
import { inOneList, subjectInWords } from '../studio-words.ts';
import { readersGet } from './reach-words.ts';

/** Characters that inboxes show of subject and preheader, on a telephone held upright and in a window on a desk. */
const [PHONE_SUBJECT, DESKTOP_SUBJECT] = SUBJECT_CUTS;
const INBOXES = [
  { name: 'Gmail', phone: [PHONE_SUBJECT, 40], desktop: [DESKTOP_SUBJECT, 50] },
  { name: 'Apple Mail', phone: [PHONE_SUBJECT, 80], desktop: [DESKTOP_SUBJECT, 110] },
  { name: 'Outlook', phone: [PHONE_SUBJECT, 40], desktop: [DESKTOP_SUBJECT, 55] },
] as const;

export const FIELDS: Readonly<Record<LineKind, { readonly label: string; readonly hint: string }>> = {
  subject: { label: 'Subject', hint: '' },
  preheader: { label: 'Preview text', hint: '' },
  intro: { label: 'Intro', hint: 'Above the first story. An empty line begins a paragraph.' },
  signoff: { label: 'Sign-off', hint: 'Below the last story.' },
};

/**
 * The words for the whole mail: what an editor wrote, who reads it, and what the others read.
 * @param reach of a draft; undefined where nothing can be changed.
 */
export async function linesView(studio: Studio, edition: Edition, reach: Reach | undefined) {
  const ours = await inboxLine(studio, { ...edition, content: withoutLines(edition.content) });
  const shown = await inboxLine(studio, edition);
  const views = LINES.map(
    (kind) => [kind, lineView(studio, edition.content, kind, { ours, reach })] as const,
  );
  return {
    ...Object.fromEntries(views),
    editable: reach !== undefined,
    from: edition.content.title,
    inboxes: INBOXES.map(({ name, phone, desktop }) => ({
      name,
      phone: cutLine(shown, phone),
      desktop: cutLine(shown, desktop),
    })),
  };
}

interface InboxLine {
  readonly subject: string;
  readonly preheader: string;
}

/** Returns the inbox line for a reader of everything, from where the mail is rendered. */
async function inboxLine({ composer }: Studio, edition: Edition): Promise<InboxLine> {
  try {
    const { subject, preheader } = await composer.preview(edition, sampleReader(edition));
    return { subject, preheader };
  } catch (error) {
    // A template that does not work is told by the verdict; the draft can be shaped all the same.
    if (error instanceof AppError) return { subject: '', preheader: '' };
    throw error;
  }
}

function withoutLines({ subject: _s, preheader: _p, intro: _i, signoff: _o, ...content }: EditionContent) {
  return content;
}

function cutLine({ subject, preheader }: InboxLine, [most, beside]: readonly [number, number]) {
  return { subject: shorten(subject, most), preheader: shorten(preheader, beside) };
}

function lineView(
  studio: Studio,
  content: EditionContent,
  kind: LineKind,
  { ours, reach }: { readonly ours: InboxLine; readonly reach: Reach | undefined },
) {
  const line = content[kind];
  const own = kind === 'subject' || kind === 'preheader' ? ours[kind] : '';
  return {
    kind,
    key: `line-${kind}`,
    ...FIELDS[kind],
    text: line?.text ?? '',
    ours: own,
    most: TEXT_LIMITS[kind],
    isLong: kind === 'intro' || kind === 'signoff',
    readers: line && reach ? readersOf(studio, content, line, { kind, reach }) : '',
    /** Nobody at all gets it as things stand. */
    unread:
      line !== undefined &&
      reach !== undefined &&
      (reach.readers > 0 ? readersGetting(line, reach) === 0 : !speaksTo(line, content.stories)),
  };
}

/** Returns a sentence or two on who reads it. */
function readersOf(
  studio: Studio,
  content: EditionContent,
  line: EditorialLine,
  { kind, reach }: { readonly kind: LineKind; readonly reach: Reach },
): string {
  const others = othersRead(content, kind);
  if (!speaksTo(line, content.stories)) return `Nobody gets it now: ${whyNobody(studio, content, line)}.`;
  const wanted = [
    ...storiesOf(content, line),
    ...line.tags.map((tag) => `a story about ${subjectInWords(studio.config, tag)}`),
  ];
  if (wanted.length === 0) return 'Every reader gets it, because it names no story.';
  const whose = `who get ${inOneList(wanted)}.${others}`;
  if (reach.readers === 0) return `Goes to readers ${whose}`;
  return `${readersGet(reach, readersGetting(line, reach))} it: those ${whose}`;
}

function readersGetting(line: EditorialLine, reach: Reach): number {
  return reach.whoGet((stories) => speaksTo(line, stories));
}

/**
 * Returns the text for everybody else, which is made for each reader, from the stories of their
 * mail.
 */
function othersRead({ stories }: EditionContent, kind: LineKind): string {
  if (stories.length === 1) return '';
  return kind === 'subject' || kind === 'preheader'
    ? ' The others get one about their own stories.'
    : ' The others get none.';
}

/** With the words that name each, since an editor may have meant another. */
function storiesOf(content: EditionContent, { text, about }: EditorialLine): string[] {
  const named = namedStories(content, text);
  return content.stories
    .filter(({ articleId }) => about.includes(articleId))
    .map((story) => {
      const words = named.find((one) => one.story === story)?.words;
      return `“${shorten(story.headline, 40)}”${words ? ` (${words.join(', ')})` : ''}`;
    });
}

function whyNobody(studio: Studio, { stories }: EditionContent, { about, tags }: EditorialLine): string {
  if (about.some((id) => !stories.some(({ articleId }) => articleId === id)))
    return 'it names a story that is no longer in the edition';
  const missing = tags.filter((tag) => !stories.some((story) => story.tags.includes(tag)));
  return `no story is about ${inOneList(missing.map((tag) => subjectInWords(studio.config, tag)))}`;
}
