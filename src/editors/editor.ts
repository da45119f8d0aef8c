import { oneLine } from '../base/text/one-line.ts';

/** Role of an editor in the studio. Editors who may approve may also edit. */
export type EditorRole = 'edit' | 'approve';

/** Person at work in the studio: with an account, or let in by the studio's one password. */
export interface Editor {
  /** Null for somebody without an account. */
  readonly id: number | null;
  readonly name: string;
  readonly email: string | null;
  readonly role: EditorRole;
}

/** Whoever sits at the machine of a rehearsal that has no password. */
export const REHEARSAL: Editor = { id: null, name: 'Rehearsal', email: null, role: 'approve' };

/** Whoever came in with STUDIO_PASSWORD. */
export const THE_STUDIO: Editor = { id: null, name: 'The studio', email: null, role: 'approve' };

/** Reports whether an editor has the role. */
export function may(editor: Pick<Editor, 'role'>, role: EditorRole): boolean {
  return role === 'edit' || editor.role === 'approve';
}

/** Names that the history of a draft has for nobody’s account. */
const OURS = [REHEARSAL.name, THE_STUDIO.name, 'Broadsheet', 'Composition', 'The article’s file'];

const NAME_MOST_CHARACTERS = 80;

/** Message for a name that cannot be read. */
export const NAME_FAULT = `A name has between 1 and ${NAME_MOST_CHARACTERS} characters.`;

/** A name as it can be shown anywhere; undefined for none, or one that is too long. */
export function readName(text: string): string | undefined {
  const name = oneLine(text);
  return name === '' || [...name].length > NAME_MOST_CHARACTERS ? undefined : name;
}

/** Message for a name that another editor has. */
export const NAME_TAKEN = 'Somebody else goes by this name: what is done here is told by names alone.';

/**
 * Reports whether a name would be mistaken for another editor's, or for Broadsheet itself.
 * @param others names of other editors.
 */
export function isTaken(name: string, others: readonly string[]): boolean {
  const plain = (text: string) =>
    text
      .normalize('NFKD')
      .replace(/[^\p{L}\p{N}]/gu, '')
      .toLowerCase();
  return [...OURS, ...others].some((other) => plain(other) === plain(name));
}
