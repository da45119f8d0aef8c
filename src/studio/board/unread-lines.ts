import { draftReach } from '../../delivery/audience/reach.ts';
import { LINES, type LineKind } from '../../editing/edit.ts';
import type { Edition } from '../../editions/edition.ts';
import { speaksTo } from '../../editions/editorial.ts';
import type { Studio } from '../studio-deps.ts';
import { readersGet } from './reach-words.ts';

const NAMES: Readonly<Record<LineKind, string>> = {
  subject: 'the subject',
  preheader: 'the preview text',
  intro: 'the intro',
  signoff: 'the sign-off',
};

/** An editor's words that no reader would get as things stand, though the stories they name are all in the edition. */
export async function unreadLines(studio: Studio, edition: Edition) {
  const { content } = edition;
  const asked = LINES.filter((kind) => {
    const line = content[kind];
    return line && line.about.length + line.tags.length > 0 && speaksTo(line, content.stories);
  });
  if (asked.length === 0) return [];
  const reach = await draftReach(studio.db, edition, studio.clock.now());
  if (reach.readers === 0) return [];
  return asked
    .filter((kind) => reach.whoGet((stories) => speaksTo(content[kind] ?? NO_WORDS, stories)) === 0)
    .map((kind) => ({
      says: `${readersGet(reach, 0)} ${NAMES[kind]} you wrote: nobody gets all the stories it names`,
      excerpt: content[kind]?.text ?? '',
      mend: 'A story is never sent again to readers who had it. Name other stories, or leave this empty and we write one for each reader.',
      story: kind === 'subject' || kind === 'preheader' ? 'In the inbox' : 'Show the text',
      card: `#line-${kind}`,
      link: '',
      findable: false,
      mails: '',
    }));
}

const NO_WORDS = { text: '', about: [], tags: [] };
