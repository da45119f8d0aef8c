import type { NewsletterConfig } from '../../config/newsletters.ts';
import { type Editor, may } from '../../editors/editor.ts';

/**
 * Checks who may make a story less sensitive. Where sensitive stories wait for an approval, only
 * editors who may approve do so: else anybody who may edit could take away the subject, and with it
 * the wait.
 * @param after undefined where the rules are to decide again, whatever they say.
 * @returns why not, in a sentence; undefined where nothing is taken away, or by an editor who may.
 */
export function whyNotLessSensitive(
  editor: Editor,
  newsletters: readonly Pick<NewsletterConfig, 'review' | 'title'>[],
  before: readonly string[],
  after: readonly string[] | undefined,
): string | undefined {
  const waiting = newsletters.find(({ review }) => review.sensitive === 'required');
  const takenAway = before.some((subject) => !after?.includes(subject));
  if (!waiting || !takenAway || may(editor, 'approve')) return undefined;
  return `Only an editor with the role “approve” can remove a sensitive subject: sensitive stories of ${waiting.title} wait for approval.`;
}
