/**
 * Colour modes of mail programs: colours as they are, as the mail has them for the dark, or
 * darkened by the program.
 */
export const COLOURS = ['light', 'dark', 'forced', 'partial'] as const;
export type Colours = (typeof COLOURS)[number];

/** Colours that are made dark without asking the mail. */
export type Forced = Extract<Colours, 'forced' | 'partial'>;

/**
 * Browser defaults for where a mail sets nothing, darkened too; first in the document, so that
 * everything in the mail overrides them.
 */
export const FORCED_BASE = `<style>:root{background-color:${forcedColour('forced', 'background', '#ffffff')};color:#ffffff}:where(a:any-link){color:${forcedColour('forced', 'color', '#0000ee')}}</style>`;

const PROPERTY =
  /^(?:color|background(?:-color|-image)?|border(?:-\w+)?(?:-color)?|outline(?:-color)?|text-decoration(?:-color)?|caret-color|box-shadow|text-shadow|fill|stroke)$/;
const DECLARATION = /([\w-]+)(\s*:\s*)([^;{}]+)/g;
/** Strings, functions with what is in their brackets, hexadecimal colours, priorities, sizes and words. */
const TOKEN =
  /"[^"]*"|'[^']*'|([\w-]+)\(((?:[^()]|\([^()]*\))*)\)|#[\da-f]{3,8}\b|!\s*important|[-+]?[\d.]+[a-z%]*|[a-z][\w-]*/gi;
const COLOUR_FUNCTION = /^(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)$/i;
/** Words that these properties take and that name no colour; whatever else is a word is one. */
const NO_COLOUR = new Set(
  `none transparent inherit initial unset revert revert-layer currentcolor auto
  hidden dotted dashed solid double groove ridge inset outset thin medium thick underline overline line-through wavy
  repeat no-repeat repeat-x repeat-y round space scroll fixed local top right bottom left center cover contain
  border-box padding-box content-box text to`.split(/\s+/),
);

/**
 * Declarations with their colours as a mail program that forces the dark has them. An approximation: nobody publishes what
 * they do exactly. `forced`, as Gmail on an iPhone, turns every colour round: as light as it was dark, the hue stays.
 * `partial`, as Outlook in a browser and on telephones, darkens what is light behind words and lightens dark words.
 */
export function forcedDeclarations(css: string, forced: Forced): string {
  return css.replace(DECLARATION, (found, property: string, colon: string, value: string) =>
    PROPERTY.test(property.toLowerCase())
      ? property + colon + forcedValue(forced, property.toLowerCase(), value)
      : found,
  );
}

/** One colour, such as of `bgcolor`, as a declaration. */
export function forcedColour(forced: Forced, property: string, colour: string): string {
  return `lab(from ${colour} ${lightness(forced, property)} a b / alpha)`;
}

function forcedValue(forced: Forced, property: string, value: string): string {
  return value.replace(TOKEN, (token, name: string | undefined, inside: string) => {
    if (name === undefined) return isColour(token) ? forcedColour(forced, property, token) : token;
    if (COLOUR_FUNCTION.test(name)) return forcedColour(forced, property, token);
    return /^url$/i.test(name) ? token : `${name}(${forcedValue(forced, property, inside)})`;
  });
}

function isColour(token: string): boolean {
  return token.startsWith('#') || (/^[a-z]/i.test(token) && !NO_COLOUR.has(token.toLowerCase()));
}

/** White becomes a very dark grey, as theirs does, and not black. */
function lightness(forced: Forced, property: string): string {
  const turned = 'calc(100 - 0.92 * l)';
  if (forced === 'forced' || /^(?:border|outline)/.test(property)) return turned;
  return `${property.startsWith('background') ? 'min' : 'max'}(l, ${turned})`;
}
