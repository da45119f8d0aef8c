/** A label in capitals, as page templates set links to other articles between paragraphs. */
const CROSS_LINK_LABEL =
  /^(READ|MORE|RELATED|WATCH|SEE|LISTEN|GALLERY|SHOP|DISCOVER|LOOK|VIDEO|PHOTOS|PICTURES|VOTE|POLL|QUIZ|RECOMMENDED|READ ON|(READ|SEE|WATCH|SHOP|HEAR|LOOK) (MORE|NOW|ALSO|NEXT|ON)|MORE ON THIS|MORE NEWS|ALSO READ)\s?[:：–—-]\s?\S/;
/** The same in ordinary letters: only labels that no sentence of prose begins with. */
const CROSS_LINK_WORDS =
  /^(related|related (story|stories|articles?)|read (more|also|next)|also read|see also|more on this( story)?|mehr zum thema|lesen sie auch|leia (mais|também)|veja também|lire aussi|à lire aussi|lee también|leggi anche|lees ook)\s?:/i;
const LINK_TO_THE_REST =
  /^[[(«]?\s*(continue reading|keep reading|read (more|on)|read (the )?(full|whole|rest of the) (story|article|post)|weiterlesen|leia mais|lire la suite|leer más|seguir leyendo|continua a leggere|lees verder|läs mer)\b.{0,80}$/i;
const PLAYER =
  /^(loading (the )?(video )?player|loading (the )?video|your browser (does not|doesn['’]t) support|this video (can not|cannot|can['’]t) be played|please enable javascript|javascript is (required|disabled)|video (is )?loading|sorry, (this|the) video|advertisement|scroll down for video)\b/i;
const APPEARED_FIRST = /^the post .{1,300} (appeared first on|first appeared on) .{1,120}$/i;
const MISS_NO_STORY =
  /^(make sure you )?(never|don['’]t) miss (a|an|another|any) (story|thing|article|update|issue)\b/i;
const SIGN_UP =
  /^((want|like|love|enjoy(ed|ing)?|looking for)\b[^.?!]{0,120}\?\s*)?((so )?(please )?(click here to )?(sign[ -]?up|subscribe|register)( now| here| today| free| for free)?\b[^.!?]{0,80}\b(newsletters?|mailing list|daily (digest|email)|alerts?|updates)\b|get (all )?(the|our) (latest|best|top)\b[^.!?]{0,120}\b(inbox|newsletters?)\b)/i;
const FOLLOW_US = /^((follow|like|join|find) us (on|at)|download (our|the) app)\b.{0,120}$/i;

const MAX_LINK_CHARACTERS = 250;
const ENDS_A_SENTENCE = /[.!?…:;,]["'”’»)\]]*$|["”’»)\]]$/u;
const BEGINS_A_LIST_OR_QUOTE = /^(["'“‘«„(•*–—#-]|\d+[.):]|[A-Z][.)]\s)/u;
const BEGINS_A_HEADING = /^(how|what|why|when|where|who|which|whose|is|are|can|could|should|will|does|do)\b/i;
const CAPTION_WORDS = { min: 7, max: 28 };

/**
 * Takes out of an article what its page put between the paragraphs: links to other articles, player
 * placeholders, newsletter tails, captions that lost their picture. For plain text, where nothing
 * but the wording tells them apart; keeping a stray line is the lesser error, so whatever might be
 * prose or a quotation stays.
 */
export function stripBoilerplate(paragraphs: readonly string[]): string[] {
  const told = stripPromotions(paragraphs);
  return told.filter((paragraph, at) => !isLoneCaption(paragraph, told[at - 1], told[at + 1]));
}

/**
 * The same for text that came from markup, where captions were marked and short lines are headings.
 */
export function stripPromotions(paragraphs: readonly string[]): string[] {
  return paragraphs.map(withoutTail).filter((paragraph) => paragraph !== '' && !isPromotion(paragraph));
}

function isPromotion(paragraph: string): boolean {
  // What is longer is prose, and no pattern looks at it.
  if (paragraph.length > 2 * MAX_LINK_CHARACTERS) return false;
  const short = paragraph.length <= MAX_LINK_CHARACTERS;
  if (short && (CROSS_LINK_LABEL.test(paragraph) || CROSS_LINK_WORDS.test(paragraph))) return true;
  return [LINK_TO_THE_REST, PLAYER, APPEARED_FIRST, MISS_NO_STORY, SIGN_UP, FOLLOW_US].some((pattern) =>
    pattern.test(paragraph),
  );
}

/**
 * Takes "… [Continue reading…]" from the end of an excerpt; only its last characters are looked at.
 */
function withoutTail(paragraph: string): string {
  const told = paragraph.slice(0, -MAX_LINK_CHARACTERS);
  const tail = paragraph
    .slice(-MAX_LINK_CHARACTERS)
    .replace(
      /\s*[[(]?(continue reading|read more|weiterlesen|lire la suite)\s*(\.{3}|…|→|»|&raquo;)+[\])]?\s*$/i,
      '',
    )
    .replace(/\s*\[(…|\.{3}|&hellip;)\]$/u, '…');
  return `${told}${tail}`.trim();
}

/**
 * A sentence without its full stop, alone between whole ones. Two in a row are a list, and lists
 * are content.
 */
function isLoneCaption(paragraph: string, before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || !ENDS_A_SENTENCE.test(before)) return false;
  if (after !== undefined && !ENDS_A_SENTENCE.test(after)) return false;
  if (ENDS_A_SENTENCE.test(paragraph) || BEGINS_A_LIST_OR_QUOTE.test(paragraph)) return false;
  if (BEGINS_A_HEADING.test(paragraph)) return false;
  const words = paragraph.split(' ');
  const capitals = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  const isTitle = capitals > words.length / 2;
  return words.length >= CAPTION_WORDS.min && words.length <= CAPTION_WORDS.max && !isTitle;
}
