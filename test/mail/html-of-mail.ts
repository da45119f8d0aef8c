import sanitizeHtml from 'sanitize-html';

export interface ParsedElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text and that of what it holds, trimmed. */
  readonly text: string;
}

/** Every element of a page as a parser sees it, which is not always as the page was written. */
export function elementsOf(html: string): ParsedElement[] {
  const found: ParsedElement[] = [];
  sanitizeHtml(html, {
    allowedTags: false,
    allowedAttributes: false,
    allowVulnerableTags: true,
    exclusiveFilter: ({ tag, attribs, text }) => {
      found.push({ tag, attributes: attribs, text: text.trim() });
      return false;
    },
  });
  // The filter is asked when an element closes; html, the last one to close, is the first to be looked for.
  return found.reverse();
}
