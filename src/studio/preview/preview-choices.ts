import { COLOURS, type Colours } from './preview-colours.ts';
import type { Mode } from './preview-modes.ts';

/** Views of a mail, in the order of the menu. */
export const SHOWS = ['mail', 'text', 'html', 'mjml', 'headers', 'raw', 'web'] as const;
export type Show = (typeof SHOWS)[number];

/** Query of the tool bar's form; an address may hold anything. */
export type PreviewQuery = Readonly<
  Record<'as' | 'reader' | 'show' | 'colours' | 'pictures', string | undefined>
>;

/** View that an editor wants, and the reader it is for. */
export interface Asked {
  /** A persona's id, or `reader` for the one whose address is given. */
  readonly as: string;
  readonly reader: string;
  readonly show: Show;
  readonly mode: Mode;
}

export const A_READER = 'reader';

/** Reads the query; ignores values it does not know. */
export function readAsked(query: Partial<PreviewQuery>): Asked {
  return {
    as: query.as || 'everything',
    reader: query.reader?.trim() ?? '',
    show: SHOWS.find((one) => one === query.show) ?? 'mail',
    mode: {
      colours: COLOURS.find((one) => one === query.colours) ?? 'light',
      pictures: query.pictures !== 'off',
    },
  };
}

export const SHOW_NAMES: Readonly<Record<Show, string>> = {
  mail: 'The mail',
  text: 'Plain text',
  html: 'HTML',
  mjml: 'MJML',
  headers: 'Headers',
  raw: 'Whole message',
  web: 'Web version',
};

export const COLOUR_NAMES: Readonly<Record<Colours, string>> = {
  light: 'Light',
  dark: 'Dark',
  forced: 'Forced',
  partial: 'Half',
};

/** One line each, beside the board on a desk too. */
export const COLOUR_NOTES: Readonly<Record<Colours, string>> = {
  light: 'As designed for light mode.',
  dark: 'As designed for dark mode, as in Apple Mail.',
  forced: 'Dark mode as Gmail forces it on an iPhone: all colours inverted, roughly.',
  partial: 'Dark mode as Outlook forces it on the web: light colours inverted, roughly.',
};
