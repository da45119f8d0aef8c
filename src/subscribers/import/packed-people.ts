import { addressKey, type EmailAddress } from '../../base/text/address.ts';

/**
 * People on their way from the thread that reads a list to the one that writes them: JSON as bytes,
 * so many people a piece, in the order of their addresses. As objects, a batch would keep many
 * times its size in the heaps of both threads.
 */
export type Packed<Person> = readonly Uint8Array[] & { readonly of?: Person };

const PEOPLE_A_PIECE = 500;

export class Packing<Person extends { readonly email: EmailAddress }> {
  readonly #people: { readonly key: string; readonly json: string }[] = [];

  add(person: Person): void {
    this.#people.push({ key: addressKey(person.email), json: JSON.stringify(person) });
  }

  packed(): Packed<Person> {
    const people = this.#people.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const encoder = new TextEncoder();
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < people.length; from += PEOPLE_A_PIECE) {
      const some = people.slice(from, from + PEOPLE_A_PIECE).map(({ json }) => json);
      pieces.push(encoder.encode(`[${some.join(',')}]`));
    }
    return pieces;
  }
}

/** The people of one piece after the other, so that only so many are at hand at a time. */
export function* unpacked<Person>(packed: Packed<Person>): Generator<readonly Person[]> {
  const decoder = new TextDecoder();
  for (const piece of packed) yield JSON.parse(decoder.decode(piece));
}
