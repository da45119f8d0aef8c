/** One cut of a picture: a file in the media folder, named after its content. */
export interface PictureCut {
  /** `media:<file>`. */
  readonly url: string;
  /** Pixels of the file, twice what the layout shows. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** What a mail needs of a picture: across the page, half of it, and beside a line. */
export interface PictureCuts {
  /** 16:9, up to 1280 × 720: for the lead. */
  readonly wide: PictureCut;
  /** 3:2, up to 720 × 480: for cards and features. */
  readonly card: PictureCut;
  /** 4:3, up to 240 × 180: for rows. */
  readonly thumb: PictureCut;
}
