import type { Writing } from '../../base/text/language.ts';
import { type Brand, OUR_BRAND } from '../../config/brand.ts';
import { paletteOf } from '../../config/palette.ts';

/** Values of `$name` in a template: everything known before there is an edition. */
export type Tokens = Readonly<Record<string, string>>;

interface Faces {
  readonly display: string;
  readonly text: string;
  readonly label: string;
  /**
   * The one face that Outlook on Windows is given: of a list whose first it lacks, Word makes
   * Times.
   */
  readonly word: string;
  readonly displayWeight: string;
}

const SANS = "'Helvetica Neue',Helvetica,Arial,sans-serif";
const HUMANIST = "'Avenir Next','Segoe UI','Helvetica Neue',Arial,sans-serif";

const LATIN: Record<Brand['type'], Faces> = {
  classic: {
    display: "Didot,'Bodoni 72','Bodoni MT','Playfair Display',Georgia,'Times New Roman',serif",
    text: "Georgia,'Times New Roman',serif",
    label: SANS,
    word: 'Georgia,serif',
    displayWeight: '400',
  },
  modern: {
    display: HUMANIST,
    text: HUMANIST,
    label: HUMANIST,
    word: 'Arial,sans-serif',
    displayWeight: '700',
  },
  literary: {
    display: "'Iowan Old Style','Palatino Linotype',Palatino,'Book Antiqua',Georgia,serif",
    text: "'Iowan Old Style','Palatino Linotype',Palatino,'Book Antiqua',Georgia,serif",
    label: "'Gill Sans','Gill Sans MT','Segoe UI',Arial,sans-serif",
    word: "'Palatino Linotype',serif",
    displayWeight: '400',
  },
};

/** Fonts for scripts that our Latin faces lack: devices have one for reading and one for labels. */
const OTHERS: Readonly<
  Record<string, { readonly text: string; readonly label: string; readonly word: string }>
> = {
  Arab: {
    text: "'Geeza Pro','Noto Naskh Arabic','Segoe UI','Times New Roman',serif",
    label: "'Geeza Pro','Noto Sans Arabic','Segoe UI',Tahoma,Arial,sans-serif",
    word: "'Times New Roman',serif",
  },
  Hebr: {
    text: "'New Peninim MT','Frank Ruehl CLM',David,'Times New Roman',serif",
    label: "'Arial Hebrew','Segoe UI',Arial,sans-serif",
    word: "David,'Times New Roman',serif",
  },
  Jpan: {
    text: "'Hiragino Mincho ProN','Yu Mincho',YuMincho,'Noto Serif CJK JP','Noto Serif JP','MS PMincho',serif",
    label: "'Hiragino Sans','Yu Gothic','Noto Sans CJK JP','Noto Sans JP',Meiryo,sans-serif",
    word: "'MS PMincho',serif",
  },
  Hans: {
    text: "'Songti SC','Noto Serif CJK SC','Noto Serif SC',SimSun,serif",
    label: "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif",
    word: 'SimSun,serif',
  },
  Hant: {
    text: "'Songti TC','Noto Serif CJK TC','Noto Serif TC',PMingLiU,serif",
    label: "'PingFang TC','Microsoft JhengHei','Noto Sans CJK TC',sans-serif",
    word: 'PMingLiU,serif',
  },
  Kore: {
    text: "AppleMyungjo,'Noto Serif CJK KR','Noto Serif KR',Batang,serif",
    label: "'Apple SD Gothic Neo','Malgun Gothic','Noto Sans CJK KR',sans-serif",
    word: 'Batang,serif',
  },
};

const ENGLISH = ' lang="en" dir="ltr"';

/** The tokens of a newsletter's look in one way of writing. */
export function tokensOf(
  brand: Brand | undefined,
  writing: Writing,
  { areLettersEnglish }: { readonly areLettersEnglish: boolean },
): Tokens {
  const { spaced } = writing;
  const rtl = writing.direction === 'rtl';
  return {
    ...paletteOf(brand ?? OUR_BRAND),
    ...facesOf(brand ?? OUR_BRAND, writing.script),
    direction: writing.direction,
    start: rtl ? 'right' : 'left',
    end: rtl ? 'left' : 'right',
    case: spaced ? 'uppercase' : 'none',
    labelSpacing: spaced ? '2px' : '0',
    titleSpacing: spaced ? '-0.5px' : '0',
    italic: spaced ? 'italic' : 'normal',
    displayStyle: spaced && brand?.type !== 'modern' ? 'italic' : 'normal',
    // What there are no words for in a letter's language is said in English.
    english: writing.isEnglish || !areLettersEnglish ? '' : ENGLISH,
    // Of an edition each reader may have chosen the language: it is filled in, so that all of them share one template.
    foreign: '{{{@root.foreign}}}',
    foreignDate: '{{{@root.foreignDate}}}',
    hyphens: writing.hyphenated ? 'auto' : 'manual',
  };
}

function facesOf(brand: Brand, script: string): Record<keyof Faces, string> {
  const latin = LATIN[brand.type];
  const other = OTHERS[script];
  return other ? { ...other, display: other.text, displayWeight: '700' } : { ...latin };
}
