import { describe, expect, test } from 'vitest';
import { applyEdit } from '../../src/editing/apply-edit.ts';
import type { Change } from '../../src/editing/edit.ts';
import { editSchema, meet } from '../../src/editing/edit.ts';
import type { EditionContent } from '../../src/editions/edition.ts';
import { revisionWords } from '../../src/editions/words/revision-words.ts';
import {
  anyChange,
  chosen,
  DRAFTED,
  draft,
  edited,
  line,
  numbers,
  order,
  refusal,
  shaped,
} from '../editions/draft.ts';
import { PICTURE } from '../mail/sample.ts';

const COMPOSED = [1, 2, 3, 9, 7, 10, 4, 5, 6, 8];

describe('order', () => {
  test('a story comes before another, or at the end of a section', () => {
    expect(order(draft()).slice(0, 4)).toEqual([1, 2, 3, 9]);
    expect(order(shaped(draft(), { kind: 'move', story: 3, section: 'royals', before: 2 }))).toEqual(
      reordered([1, 3, 2, 9]),
    );
    const toEnd = shaped(draft(), { kind: 'move', story: 2, section: 'style' });
    expect(toEnd.stories.filter(({ sectionId }) => sectionId === 'style').at(-1)?.articleId).toBe(2);
  });

  test('what was done is said in words', () => {
    const said = (change: Change) => revisionWords(edited(draft(), change).what);
    expect(said({ kind: 'move', story: 2, section: 'style' })).toBe('Moved “Headline 2” to Style');
    expect(said({ kind: 'move', story: 2, section: 'royals' })).toBe('Moved “Headline 2” within Royals');
    expect(said({ kind: 'lead', story: 4 })).toBe('Pinned “Headline 4” to the top');
  });

  test('a pinned story leads, and who led comes first in its section', () => {
    const pinned = shaped(draft(), { kind: 'lead', story: 6 });
    expect(order(pinned).slice(0, 3)).toEqual([6, 1, 2]);
    expect(pinned.pinned).toBe(6);
    expect(pinned.weekly?.best[0]).toBe(0);
  });

  test('a pinned story leads also when it is sensitive, and unpinned the rules choose', () => {
    const pinned = shaped(draft(), { kind: 'lead', story: 3 });
    expect(order(pinned)[0]).toBe(3);
    const unpinned = shaped(pinned, { kind: 'unpin' });
    expect(order(unpinned)[0]).toBe(1);
    expect(unpinned).not.toHaveProperty('pinned');
  });

  test('the lead that is moved into its section leads no longer', () => {
    const moved = shaped(draft(), { kind: 'move', story: 1, section: 'royals' });
    expect(order(moved)[0]).toBe(2);
    expect(moved.stories.filter(({ sectionId }) => sectionId === 'royals').at(-1)?.articleId).toBe(1);
  });

  test('a pinned story that is moved is pinned no longer', () => {
    const moved = shaped(draft(), { kind: 'lead', story: 6 }, { kind: 'move', story: 6, section: 'style' });
    expect(moved.pinned).toBeUndefined();
    expect(order(moved)[0]).not.toBe(6);
  });

  test('a lead that becomes sensitive leads no longer, unless it is pinned', () => {
    const tagged: Change = { kind: 'tags', story: 1, tags: ['death'] };
    expect(order(shaped(draft(), tagged))[0]).not.toBe(1);
    expect(order(shaped(draft(), { kind: 'lead', story: 1 }, tagged))[0]).toBe(1);
  });

  test('a section that gets its first story comes to its place in the newsletter, light ones to the end', () => {
    const without = shaped(draft(), { kind: 'move', story: 8, section: 'style' });
    expect(without.sections.map(({ id }) => id)).not.toContain('shopping');
    const again = shaped(without, { kind: 'move', story: 7, section: 'shopping' });
    expect(again.sections.at(-1)).toEqual({ id: 'shopping', title: 'Shopping', light: true });
  });

  test('an editor’s order stays when something else is changed', () => {
    const moved = shaped(draft(), { kind: 'move', story: 6, section: 'celebrity', before: 4 });
    const later = shaped(moved, { kind: 'headline', story: 2, text: 'Another' }, { kind: 'drop', story: 7 });
    const celebrity = later.stories.filter(({ sectionId }) => sectionId === 'celebrity');
    expect(celebrity.map(({ articleId }) => articleId)).toEqual([6, 4, 5]);
  });

  test('what should have followed and is elsewhere by now is said', () => {
    const change: Change = { kind: 'move', story: 2, section: 'style', before: 4 };
    expect(refusal(draft(), change)).toMatch(/^The story that was to follow it is no longer in Style/);
  });

  test('a section that the newsletter has not is refused, with those it has', () => {
    expect(refusal(draft(), { kind: 'move', story: 2, section: 'sport' })).toBe(
      'There is no section "sport"; there are Royals, Shopping, Celebrity, Style.',
    );
  });
});

describe('in and out', () => {
  test('a dropped story is kept and can come back; asked twice, it is done once', () => {
    const dropped = shaped(draft(), { kind: 'drop', story: 5 });
    expect(order(dropped)).not.toContain(5);
    expect(dropped.dropped?.map(({ articleId }) => articleId)).toEqual([5]);
    expect(edited(dropped, { kind: 'drop', story: 5 }).content).toBe(dropped);
    const back = shaped(dropped, { kind: 'restore', story: 5 });
    expect(order(back)).toContain(5);
    expect(back).not.toHaveProperty('dropped');
    expect(edited(back, { kind: 'restore', story: 5 }).content).toBe(back);
  });

  test('a dropped story can come back into another section', () => {
    const back = shaped(draft(), { kind: 'drop', story: 5 }, { kind: 'restore', story: 5, section: 'style' });
    expect(back.stories.find(({ articleId }) => articleId === 5)?.sectionId).toBe('style');
  });

  test('a dropped story comes back to where it was, as far as what followed it is still there', () => {
    const was = draft();
    const celebrity = (content: EditionContent) =>
      content.stories.filter(({ sectionId }) => sectionId === 'celebrity').map(({ articleId }) => articleId);
    expect(celebrity(was)).toEqual([4, 5, 6]);
    const out = shaped(was, { kind: 'drop', story: 4 });
    const back = shaped(out, { kind: 'restore', story: 4, section: 'celebrity' });
    expect(back.stories).toEqual(was.stories);
    const two = shaped(out, { kind: 'drop', story: 5 }, { kind: 'restore', story: 4 });
    expect(celebrity(two)).toEqual([4, 6]);
    expect(celebrity(shaped(two, { kind: 'restore', story: 5 }))).toEqual([4, 5, 6]);
    const alone = shaped(out, { kind: 'move', story: 5, section: 'style' }, { kind: 'lead', story: 6 });
    expect(celebrity(shaped(alone, { kind: 'restore', story: 4 }))).toEqual([6, 4]);
  });

  test('the last story stays', () => {
    const one = COMPOSED.slice(1).reduce(
      (content, id) => shaped(content, { kind: 'drop', story: id }),
      draft(),
    );
    expect(order(one)).toEqual([1]);
    expect(refusal(one, { kind: 'drop', story: 1 })).toMatch(/^It is the last story/);
  });

  test('a late story is let in at the end of its section, in its place among the week’s best', () => {
    const late = chosen(20, { sectionId: 'celebrity', picture: PICTURE });
    const content = shaped(draft(), { kind: 'let-in', story: late });
    expect(content.stories.filter(({ sectionId }) => sectionId === 'celebrity').at(-1)?.articleId).toBe(20);
    expect(content.weekly?.best.indexOf(order(content).indexOf(20))).toBeLessThan(5);
    expect(edited(content, { kind: 'let-in', story: late }).content).toBe(content);
  });

  test('a story that the edition tells already is not let in twice', () => {
    expect(refusal(draft(), { kind: 'let-in', story: chosen(20, { storyId: 4 }) })).toBe(
      'It belongs to the same story as “Headline 4”. Split the two first.',
    );
  });

  test('an edition holds 64 stories', () => {
    const many = Array.from({ length: 54 }, (_, at) => chosen(100 + at));
    const full = many.reduce((content, story) => shaped(content, { kind: 'let-in', story }), draft());
    expect(full.stories).toHaveLength(64);
    expect(refusal(full, { kind: 'let-in', story: chosen(300) })).toMatch(/holds 64 stories/);
  });

  test('a light section takes no story of a sensitive subject, however it comes', () => {
    const why = 'Shopping is light and takes no sensitive story. “Headline 3” is about illness.';
    expect(refusal(draft(), { kind: 'move', story: 3, section: 'shopping' })).toBe(why);
    const dropped = shaped(draft(), { kind: 'drop', story: 3 });
    expect(refusal(dropped, { kind: 'restore', story: 3, section: 'shopping' })).toBe(why);
    expect(refusal(draft(), { kind: 'tags', story: 8, tags: ['death'] })).toMatch(
      /Move it to another section first\.$/,
    );
    const late = chosen(20, { sectionId: 'shopping', tags: ['death'] });
    expect(refusal(draft(), { kind: 'let-in', story: late })).toMatch(/^Shopping is light/);
  });

  test('what is not in the edition cannot be changed', () => {
    const gone: readonly Change[] = [
      { kind: 'move', story: 99, section: 'style' },
      { kind: 'lead', story: 99 },
      { kind: 'drop', story: 99 },
      { kind: 'restore', story: 99 },
      { kind: 'headline', story: 99, text: 'x' },
      { kind: 'picture', story: 99, picture: null },
      { kind: 'tags', story: 99, tags: [] },
    ];
    for (const change of gone)
      expect(refusal(draft(), change), change.kind).toMatch(/no longer in this edition/);
  });
});

describe('words and pictures', () => {
  const storyOf = (content: EditionContent, id: number) =>
    content.stories.find((one) => one.articleId === id);

  test('a headline is one clean line', () => {
    const content = shaped(draft(), { kind: 'headline', story: 2, text: '  A quiet\n\u202e wedding  ' });
    expect(storyOf(content, 2)?.headline).toBe('A quiet wedding');
  });

  test('what is too long or missing is refused with its length', () => {
    expect(refusal(draft(), { kind: 'headline', story: 2, text: ' ' })).toBe('A story needs a headline.');
    expect(refusal(draft(), { kind: 'headline', story: 2, text: 'x'.repeat(151) })).toBe(
      'A headline has at most 150 characters; this one has 151.',
    );
    expect(refusal(draft(), { kind: 'subject', line: line('x'.repeat(121)) })).toMatch(/at most 120/);
  });

  test('the words that are there already change nothing', () => {
    const content = draft();
    expect(edited(content, { kind: 'headline', story: 2, text: 'Headline 2' }).content).toBe(content);
  });

  test('a picture can be described, taken away and exchanged', () => {
    const described = shaped(draft(), { kind: 'alt', story: 1, text: 'The bride on the steps' });
    expect(storyOf(described, 1)?.picture?.alt).toBe('The bride on the steps');
    // The same picture again keeps its words.
    expect(edited(described, { kind: 'picture', story: 1, picture: PICTURE }).content).toBe(described);
    const bare = shaped(described, { kind: 'picture', story: 1, picture: null });
    expect(storyOf(bare, 1)?.picture).toBeNull();
    expect(refusal(bare, { kind: 'alt', story: 1, text: 'x' })).toMatch(/has no picture/);
  });

  test('an intro keeps its paragraphs, a subject is one line, and without words they are ours again', () => {
    const intro = shaped(draft(), { kind: 'intro', line: line(' Good\nmorning. \r\n\n\n It is Sunday. ') });
    expect(intro.intro?.text).toBe('Good morning.\n\nIt is Sunday.');
    const subject = edited(draft(), { kind: 'subject', line: line('Two\nlines') });
    expect(subject.content.subject?.text).toBe('Two lines');
    expect(subject.what).toEqual({ code: 'line-written', line: 'subject' });
    expect(edited(subject.content, { kind: 'subject', line: null })).toMatchObject({
      what: { code: 'line-taken-out', line: 'subject' },
    });
    expect(shaped(subject.content, { kind: 'subject', line: line('  ') })).toEqual(draft());
  });
});

describe('one story or two', () => {
  const together = {
    storyId: 4,
    tags: [],
    alsoBy: [{ name: 'The Herald', link: 'https://herald.example/6' }],
  };

  test('merged, the one is told with the other, and words that named it name that one', () => {
    const content = shaped(
      draft(),
      { kind: 'lead', story: 6 },
      { kind: 'subject', line: line('About six', { about: [6] }) },
      { kind: 'merge', story: 6, into: 4, together },
    );
    expect(order(content)).not.toContain(6);
    expect(content.stories.find(({ articleId }) => articleId === 4)).toMatchObject(together);
    expect(content.subject?.about).toEqual([4]);
    expect(content.pinned).toBe(4);
  });

  test('merged, what becomes sensitive has no place in a light section', () => {
    const tagged = { ...together, tags: ['death'] };
    expect(refusal(draft(), { kind: 'merge', story: 6, into: 8, together: tagged })).toMatch(
      /Move it to another section first/,
    );
    expect(refusal(draft(), { kind: 'merge', story: 6, into: 6, together })).toMatch(/merged with itself/);
  });

  test('split, the article follows the story it was part of', () => {
    const own = chosen(21, { sectionId: 'celebrity' });
    const rest = { storyId: 5, tags: [], alsoBy: [] };
    const content = shaped(draft(), { kind: 'split', story: 5, own, rest });
    const celebrity = content.stories.filter(({ sectionId }) => sectionId === 'celebrity');
    expect(celebrity.map(({ articleId }) => articleId)).toEqual([4, 5, 21, 6]);
    expect(celebrity[1]?.alsoBy).toEqual([]);
    expect(edited(content, { kind: 'split', story: 5, own, rest }).content).toBe(content);
  });
});

test('any row of edits keeps the edition whole', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = numbers(seed);
    let content = draft();
    for (let step = 0; step < 40; step += 1) {
      const made = applyEdit(DRAFTED, content, anyChange(random, step));
      if ('refused' in made) continue;
      content = made.content;
      expectWhole(content, `seed ${seed}, step ${step}: ${revisionWords(made.what)}`);
    }
  }
});

test('two changes meet in the same thing, or where one is all of what the other is a part of', () => {
  expect(meet(['12.headline'], ['12.headline'])).toBe(true);
  expect(meet(['12'], ['12.headline'])).toBe(true);
  expect(meet(['12.headline'], ['12', 'lead'])).toBe(true);
  expect(meet(['subject'], ['*'])).toBe(true);
  expect(meet(['12.headline'], ['12.standfirst'])).toBe(false);
  expect(meet(['1'], ['12.headline'])).toBe(false);
});

test('an edit is read from a form, where numbers are text and an empty field is none', () => {
  expect(editSchema.parse({ kind: 'move', story: '12', section: 'style', before: '' })).toEqual({
    kind: 'move',
    story: 12,
    section: 'style',
  });
  expect(editSchema.parse({ kind: 'tags', story: '12', tags: 'death' })).toMatchObject({ tags: ['death'] });
  expect(editSchema.parse({ kind: 'tags', story: '12' })).toMatchObject({ tags: [] });
  expect(editSchema.parse({ kind: 'restore', story: 5, section: '' })).toEqual({ kind: 'restore', story: 5 });
  expect(editSchema.safeParse({ kind: 'erase', story: 1 }).success).toBe(false);
  expect(editSchema.safeParse({ kind: 'drop', story: 'x' }).success).toBe(false);
});

function reordered(royals: number[]): number[] {
  return [...royals, ...order(draft()).filter((id) => !royals.includes(id))];
}

function expectWhole(
  { stories, sections, weekly, dropped = [], pinned }: EditionContent,
  where: string,
): void {
  const ids = stories.map(({ articleId }) => articleId);
  expect(
    stories.map(({ bit }) => bit),
    where,
  ).toEqual(ids.map((_, at) => at));
  expect(stories.length, where).toBeGreaterThan(0);
  expect(stories.length, where).toBeLessThanOrEqual(64);
  expect(new Set([...ids, ...dropped.map(({ articleId }) => articleId)]).size, where).toBe(
    ids.length + dropped.length,
  );
  expect(new Set(stories.map(({ storyId }) => storyId)).size, where).toBe(ids.length);
  expect(
    [...(weekly?.best ?? [])].sort((a, b) => a - b),
    where,
  ).toEqual(ids.map((_, at) => at));
  // After the lead, section by section, light ones last, each with stories.
  const sequence = stories.slice(1).map(({ sectionId }) => sectionId);
  const runs = sequence.filter((id, at) => sequence[at - 1] !== id);
  const known = sections.map(({ id }) => id);
  expect(runs, where).toEqual(known.filter((id) => runs.includes(id)));
  expect(
    known.every((id) => stories.some(({ sectionId }) => sectionId === id)),
    where,
  ).toBe(true);
  const light = sections.map((section) => section.light === true);
  expect(light, where).toEqual(light.toSorted((a, b) => Number(a) - Number(b)));
  for (const { sectionId, tags } of stories) if (sectionId === 'shopping') expect(tags, where).toEqual([]);
  if (pinned !== undefined) expect(ids[0], where).toBe(pinned);
  else if (stories.some(({ tags }) => tags.length === 0)) expect(stories[0]?.tags, where).toEqual([]);
}
