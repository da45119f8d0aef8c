import type { Facts, FindingCode, Verdict } from './doctor-facts.ts';
import { SENTENCES } from './doctor-words.ts';

/** One thing `broadsheet doctor` looked at. */
export interface Finding {
  /** The column on the left: `database`, `relay`, a newsletter's id. */
  readonly part: string;
  /** The code, for programs and reports of faults; docs/DOCTOR.md explains each. */
  readonly code: FindingCode;
  readonly verdict: Verdict;
  /** The facts that the sentence is made of. */
  readonly about: object;
  /** A sentence for people, with the way to mend it where something is wrong. */
  readonly says: string;
}

/** Makes a finding of what is known; its verdict and its sentence follow from the code. */
export function finding<Code extends FindingCode>(part: string, code: Code, about: Facts[Code]): Finding {
  const [verdict, sayIt] = SENTENCES[code];
  return { part, code, verdict, about, says: sayIt(about) };
}
