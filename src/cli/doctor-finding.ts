/** One thing `broadsheet doctor` looked at. */
export interface Finding {
  /** The column on the left: `database`, `relay`, a newsletter's id. */
  readonly part: string;
  readonly verdict: 'fine' | 'note' | 'wrong';
  /** A sentence for people, with the way to mend it where something is wrong. */
  readonly says: string;
}
