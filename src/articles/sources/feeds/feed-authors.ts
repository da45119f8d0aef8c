import { lineOf } from '../text/content.ts';

const MAX_CHARACTERS = 300;
const MAIL = /(?:mailto:)?[^\s<>()[\]{},;:"']{1,100}@[\w.-]{1,200}\w/gi;
const HIDDEN_MAIL =
  /\b[\w.+-]{1,64}\s*[([{]\s*(?:at|@)\s*[)\]}]\s*[\w.-]{1,100}(?:\s*[([{]\s*(?:dot|\.)\s*[)\]}]\s*\w+)*/gi;
const WEB = /\bhttps?:\/\/\S+/gi;
const NOBODY =
  /^(unknown|noreply|no-reply|nobody|anonymous|none|n\/a|null|undefined|admin|administrator|webmaster)$/i;

/**
 * The names of those who wrote something, each once, without mail and web addresses: a by-line is
 * read by everybody.
 */
export function byLine(names: readonly string[]): string {
  const clean = names.map(nameOf).filter(Boolean);
  return [...new Set(clean)].join(', ');
}

/** "nora@pub.example (Nora Field)" and "Nora Field <nora@pub.example>" are Nora Field. */
function nameOf(text: string): string {
  // lineOf takes out what stands in angle brackets only where it is markup.
  const line = lineOf(text.slice(0, MAX_CHARACTERS).replace(/<(?=[^<>@]{1,100}@)/g, '('));
  const plain = line.replace(MAIL, ' ').replace(HIDDEN_MAIL, ' ').replace(WEB, ' ');
  if (plain === line) return NOBODY.test(line) ? '' : line;
  const bare = plain.replace(/[()<>[\]]+/g, ' ').replace(/\s+/g, ' ');
  const name = bare
    .replace(/^[\s,;:|/–-]+|[\s,;:|/–-]+$/g, '')
    .replace(/^"(.*)"$/, '$1')
    .trim();
  return NOBODY.test(name) ? '' : name;
}
