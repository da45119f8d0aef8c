import mjml2html from 'mjml';
import { answerAside } from '../../base/processes/aside.ts';

/** Result of MJML for a template: the HTML, or its errors, with lines counted from 1. */
export type MjmlAnswer =
  | { readonly html: string }
  | { readonly errors: readonly { readonly line?: number; readonly says: string }[] };

answerAside<string, MjmlAnswer>(async (source) => {
  try {
    const { html } = await mjml2html(source, {
      validationLevel: 'strict',
      ignoreIncludes: true,
      keepComments: false,
      fonts: {}, // the default is a list of Google's, fetched by every reader's mail program
    });
    return { html };
  } catch (cause) {
    return { errors: errorsOf(cause) };
  }
});

function errorsOf(cause: unknown): { line?: number; says: string }[] {
  const found =
    cause instanceof Error && 'errors' in cause && Array.isArray(cause.errors) ? cause.errors : [];
  if (found.length === 0) return [{ says: cause instanceof Error ? cause.message : String(cause) }];
  return found.map(({ line, tagName, message }) => ({ line, says: `${tagName}: ${message}` }));
}
