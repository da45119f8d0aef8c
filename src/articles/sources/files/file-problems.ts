import type { Refusal } from '../../article.ts';

/** Problem with a file. */
export type Problem = Omit<Refusal, 'what'>;

/** Advice on how to mend problems with a file. */
export const MEND = {
  headline:
    'Give it a first line “# The headline” (HTML: a title; text: a first line), or a headline in its front matter.',
  date: 'Write it as 2026-11-22 or 2026-11-22 07:00. Until then it counts from when it was first seen.',
  moment: 'Write it as 2026-11-22 or 2026-11-22 07:00. Until then it is no article.',
  status: 'Write “status: published” or “draft: true”, or take the line out.',
  picture: 'Put the picture beside the file and name it by its path from there, or by its http(s) address.',
  twice: 'Give one of the files another link, or take it out.',
  tooLarge: 'Shorten it, or make several articles of it.',
  notText: 'Save it as text in UTF-8, or take it out of the folder.',
  frontMatter:
    'Write one “key: value” on each line between the two ---, with quotes around a value that holds a colon.',
  unreadable: 'Let the user that Broadsheet runs as read it.',
};
