import { parseAddress } from '../base/address.ts';
import { AppError } from '../base/errors.ts';
import { oneLine } from '../base/one-line.ts';

/** What a column of a list can tell about a reader. */
const FIELDS = [
  ...['email', 'name', 'first_name', 'last_name', 'sections', 'frequency', 'status', 'newsletter'],
  ...['opted_in_at', 'opted_in_ip', 'confirmed_at', 'confirmed_ip', 'unsubscribed_at', 'cleaned_at'],
  ...['subscribed', 'deleted_at', 'paused_until', 'language', 'time_zone'],
] as const;
export type Field = (typeof FIELDS)[number];
/** What a row has in a field; empty when it has nothing. */
export type Cell = (field: Field) => string;

/** In which column, counted from 0, each field stands. */
export type Columns = Readonly<Partial<Record<Field, number>>>;

export interface Format {
  readonly name: 'Broadsheet' | 'Mailchimp' | 'listmonk' | 'Ghost';
  /** Headings that only its exports have together. */
  readonly has: readonly string[];
  /** What its headings mean, beside those that mean the same everywhere. */
  readonly columns: Readonly<Record<string, Field>>;
}

export interface Layout {
  readonly columns: Columns;
  readonly format: Format['name'] | undefined;
  /** As `plain` leaves them. */
  readonly headings: readonly string[];
  /** False when the first row is a reader's already. */
  readonly hasHeading: boolean;
}

/** Headings as `plain` leaves them. Each stands for one field in every language that has it. */
const HEADINGS: Readonly<Record<string, Field>> = named({
  email: `email mail emailaddress mailaddress emailadresse mailadresse adresseemail adressemail adresseelectronique courriel
    adressecourriel correo correoelectronico direcciondecorreo direcciondecorreoelectronico direccionemail enderecodeemail
    enderecoemail enderecoeletronico correioeletronico subscriberemail`,
  name: 'name fullname displayname nom nomcomplet nombre nombrecompleto nome nomecompleto vollername vollstandigername',
  first_name:
    'firstname fname givenname forename vorname prenom primernombre nombredepila primeironome nomeproprio',
  last_name:
    'lastname lname surname familyname nachname familienname nomdefamille apellido apellidos sobrenome apelido apelidos',
  sections: 'sections section topics topic rubriken ressorts themen rubriques secciones secoes',
  frequency: 'frequency haufigkeit frequence frecuencia frequencia',
  status: 'status subscriptionstatus statut',
  unsubscribed_at: 'unsubtime unsubscribedat unsubscribeddate dateunsubscribed optouttime optoutdate',
  cleaned_at: 'cleantime cleanedat bouncedat',
});

const FORMATS: readonly Format[] = [
  {
    name: 'Broadsheet',
    has: ['newsletter', 'state', 'confirmedat'],
    columns: {
      newsletter: 'newsletter',
      state: 'status',
      confirmedat: 'confirmed_at',
      pauseduntil: 'paused_until',
      language: 'language',
      timezone: 'time_zone',
    },
  },
  {
    name: 'Mailchimp',
    has: ['optintime', 'confirmtime'],
    columns: {
      optintime: 'opted_in_at',
      optinip: 'opted_in_ip',
      confirmtime: 'confirmed_at',
      confirmip: 'confirmed_ip',
    },
  },
  { name: 'listmonk', has: ['uuid', 'attributes', 'status'], columns: { createdat: 'opted_in_at' } },
  {
    name: 'Ghost',
    has: ['subscribedtoemails'],
    columns: { subscribedtoemails: 'subscribed', createdat: 'opted_in_at', deletedat: 'deleted_at' },
  },
];

/**
 * What stands where, by the first row: a heading in any of five languages, an export of another system, or, without a
 * heading, the first column that holds an address.
 * @param wanted field → heading, or number from 1, instead of what would be found; empty for none.
 * @throws AppError USAGE when no column holds addresses, or a wanted one is not there.
 */
export function readLayout(first: readonly string[], wanted: Readonly<Record<string, string>>): Layout {
  const address = first.findIndex((cell) => parseAddress(cell).ok);
  const hasHeading = address === -1;
  const headings = hasHeading ? first.map(plain) : [];
  const format = FORMATS.find(({ has }) => has.every((heading) => headings.includes(heading)));
  const found: Partial<Record<Field, number>> = hasHeading ? {} : { email: address };
  for (const [column, heading] of headings.entries()) {
    const field = format?.columns[heading] ?? HEADINGS[heading];
    if (field !== undefined) found[field] ??= column;
  }
  for (const [field, heading] of Object.entries(wanted))
    place(found, field, heading === '' ? undefined : columnNamed(heading, first, headings));
  if (found.email === undefined) throw noAddresses(first);
  return { columns: found, format: format?.name, headings, hasHeading };
}

/**
 * Reads `email="Email Address",name="First Name"`, with or without the quotation marks, which a shell may have taken.
 * @throws AppError USAGE.
 */
export function readMapping(text: string): Record<string, string> {
  const pairs = text.split(/,(?=\s*\w+\s*=)/).map((pair) => /^\s*(\w+)\s*=\s*"?(.*?)"?\s*$/.exec(pair));
  const mapping: Record<string, string> = {};
  for (const pair of pairs) {
    const field = pair?.[1]?.toLowerCase();
    if (!isField(field))
      throw new AppError('USAGE', `--map "${text}" is not understood`, {
        hint: `Write it as email="Email Address",name="First Name"; the names on the left are ${FIELDS.join(', ')}.`,
      });
    mapping[field] = pair?.[2] ?? '';
  }
  return mapping;
}

/** In small letters, without accents, spaces and punctuation: `E-Mail-Adresse` is `emailadresse`. */
export function plain(heading: string): string {
  return heading
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function isField(name: string | undefined): name is Field {
  return (FIELDS as readonly (string | undefined)[]).includes(name);
}

function place(found: Partial<Record<Field, number>>, field: string, column: number | undefined): void {
  if (!isField(field)) return;
  // A column means one thing: what it was taken for by its heading, it is no longer.
  for (const other of FIELDS) if (column !== undefined && found[other] === column) delete found[other];
  if (column === undefined) delete found[field];
  else found[field] = column;
}

function columnNamed(name: string, first: readonly string[], headings: readonly string[]): number {
  const column = headings.indexOf(plain(name));
  const number = /^\d+$/.test(name) ? Number(name) - 1 : -1;
  if (column !== -1) return column;
  if (number >= 0 && number < first.length) return number;
  throw new AppError('USAGE', `The file has no column "${name}"; its first line reads: ${quoted(first)}`, {
    hint: 'Name a heading as it stands in the file, or the number of the column, counted from 1.',
  });
}

function noAddresses(first: readonly string[]): AppError {
  return new AppError('USAGE', `The file has no "email" column; its first line reads: ${quoted(first)}`, {
    hint: 'Name the column with the addresses, such as --map email="Contact", or give it the heading email.',
  });
}

function quoted(cells: readonly string[]): string {
  return oneLine(cells.join(', ')).slice(0, 200);
}

function named(words: Partial<Record<Field, string>>): Record<string, Field> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([field, list]) =>
      list.split(/\s+/).map((word) => [word, field as Field] as const),
    ),
  );
}
