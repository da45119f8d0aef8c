/** What one file says of its article, as text that is not yet checked: the three kinds of file agree on this. */
export interface FileContent {
  readonly headline: string;
  readonly standfirst: string;
  /** As written; empty where the file gives none. */
  readonly date: string;
  readonly author: string;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  /** A path relative to the file, or an http(s) address. */
  readonly picture: { readonly source: string; readonly alt: string; readonly caption: string };
  readonly link: string;
  readonly language: string;
  readonly paragraphs: readonly string[];
}

export const EMPTY_FILE: FileContent = {
  headline: '',
  standfirst: '',
  date: '',
  author: '',
  categories: [],
  tags: [],
  picture: { source: '', alt: '', caption: '' },
  link: '',
  language: '',
  paragraphs: [],
};

/** Names in a list that was written as one: "royals, fashion". */
export function listOf(text: string): string[] {
  return text
    .split(/[,;]/)
    .map((name) => name.trim())
    .filter(Boolean);
}
