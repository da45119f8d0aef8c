import type { PictureFault } from './picture-fault.ts';

/** One cut of a picture: a file in the media folder, named after its content. */
export interface PictureCut {
  /** `media:<file>`. */
  readonly url: string;
  /** Pixels of the file, twice what the layout shows. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** Cuts of a picture that a mail needs: full width, half width, and beside a line. */
export interface PictureCuts {
  /** 16:9, up to 1280 × 720: for the lead. */
  readonly wide: PictureCut;
  /** 3:2, up to 720 × 480: for cards and features. */
  readonly card: PictureCut;
  /** 4:3, up to 240 × 180: for rows. */
  readonly thumb: PictureCut;
}

export type CutName = keyof PictureCuts;

/** Result of preparing a picture: its cuts, or the reason there are none. */
export type PictureResult = { readonly ok: true; readonly cuts: PictureCuts } | PictureRefusal;

export interface PictureRefusal {
  readonly ok: false;
  readonly reason: PictureFault;
}

/** No original is larger than this, as a file or on the wire. */
export const MAX_PICTURE_BYTES = 15 * 1024 * 1024;

export function pictureRefused(reason: PictureFault): PictureRefusal {
  return { ok: false, reason };
}
