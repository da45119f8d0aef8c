import { stringify } from 'csv-stringify/sync';

/** How somebody stands in the program they come from. */
export type Fate = 'stays' | 'left' | 'bounced' | 'complained' | 'never';

export interface Person {
  readonly email: string;
  readonly first: string;
  readonly last: string;
  readonly fate: Fate;
  /** `2021-03-04 05:06:07`, of their sign-up. */
  readonly since: string;
  readonly number: number;
}

/** How one program writes its people: the columns it has, and which fates one of its files can hold. */
export interface Program {
  readonly name: string;
  readonly file: string;
  readonly fates: readonly Fate[];
  readonly separator?: string;
  readonly row: (person: Person) => Readonly<Record<string, string>>;
}

const FIRST = ['Anna', 'Ægir', 'Zoë', 'José', 'Mary "May"', 'Jean-Luc', "D'Arcy", 'Łucja'];
const LAST = ['Lee', 'Öberg, Jr.', 'van Dijk', 'O’Hara', 'Müller; Graf', 'da Silva', 'Lo', 'Ng'];

/** So many invented people, the same ones each time, with every fate in turn. */
export function people(count: number, fates: readonly Fate[]): Person[] {
  return Array.from({ length: count }, (_, number) => {
    const fate = fates[((number * 7) % 5) % fates.length] ?? 'stays';
    const day = String((number % 28) + 1).padStart(2, '0');
    const [first = '', last = ''] = [FIRST[number % FIRST.length], LAST[(number * 3) % LAST.length]];
    return {
      email: `${fate}.${number}@example.org`,
      first,
      last,
      fate,
      number,
      since: `2021-03-${day} 05:06:07`,
    };
  });
}

export function exportOf(program: Program, count = 200): { readonly csv: string; readonly people: Person[] } {
  const all = people(count, program.fates);
  const csv = stringify(all.map(program.row), { header: true, delimiter: program.separator ?? ',' });
  return { csv, people: all };
}

const ALL: readonly Fate[] = ['stays', 'left', 'bounced', 'complained', 'never'];
const iso = (since: string) => `${since.replace(' ', 'T')}.000Z`;
const by = <T>(fate: Fate, words: Partial<Record<Fate, T>>, other: T): T => words[fate] ?? other;

const mailchimp = ({ email, first, last, since, number }: Person) => ({
  ...{
    'Email Address': email,
    'First Name': first,
    'Last Name': last,
    Birthday: '03/04',
    MEMBER_RATING: '2',
  },
  ...{ OPTIN_TIME: since, OPTIN_IP: '203.0.113.7', CONFIRM_TIME: since, CONFIRM_IP: '203.0.113.8' },
  ...{
    LATITUDE: '52.5',
    LONGITUDE: '13.4',
    GMTOFF: '1',
    DSTOFF: '2',
    TIMEZONE: 'Europe/Berlin',
    CC: 'DE',
    REGION: 'BE',
  },
  ...{
    LAST_CHANGED: since,
    LEID: String(4_000 + number),
    EUID: `e${number}`,
    NOTES: '',
    TAGS: '"Readers","Gold"',
  },
});

export const PROGRAMS: readonly Program[] = [
  { name: 'Mailchimp', file: 'subscribed_members_export_1a2b.csv', fates: ['stays'], row: mailchimp },
  {
    name: 'Mailchimp',
    file: 'unsubscribed_members_export_1a2b.csv',
    fates: ['left'],
    row: (person) => ({
      ...mailchimp(person),
      ...{ UNSUB_TIME: '2022-01-02 03:04:05', UNSUB_CAMPAIGN_TITLE: 'May', UNSUB_CAMPAIGN_ID: 'c1' },
      ...{ UNSUB_REASON: 'NORMAL', UNSUB_REASON_OTHER: '' },
    }),
  },
  {
    name: 'Mailchimp',
    file: 'cleaned_members_export_1a2b.csv',
    fates: ['bounced'],
    row: (person) => ({ ...mailchimp(person), CLEAN_TIME: '2022-01-02 03:04:05', CLEAN_CAMPAIGN_TITLE: '' }),
  },
  { name: 'Mailchimp', file: 'nonsubscribed_members_export_1a2b.csv', fates: ['never'], row: mailchimp },
  {
    name: 'Substack',
    file: 'email_list.weir.csv',
    fates: ['stays', 'left'],
    row: ({ email, fate, since, number }) => ({
      ...{
        email,
        active_subscription: String(number % 3 === 0),
        expiry: number % 3 === 0 ? '2027-01-01T00:00:00.000Z' : '',
      },
      ...{ plan: number % 3 === 0 ? 'yearly' : 'other', email_disabled: String(fate === 'left') },
      ...{ digest_enabled: String(number % 2 === 0), created_at: iso(since), first_payment_at: '' },
    }),
  },
  {
    name: 'Substack',
    file: 'subscribers.csv',
    fates: ['stays', 'left'],
    row: ({ email, first, fate, since, number }) => ({
      ...{ Email: email, Name: first, 'Subscription type': number % 3 ? 'Free' : 'Paid (yearly)' },
      ...{
        'Subscription date': since.slice(0, 10),
        'Expires at': '',
        'Cancel date': number % 3 ? '' : '2022-02-02',
      },
      ...{ 'Receiving emails for': fate === 'left' ? '' : 'Weir Weekly', Activity: String(number % 5) },
    }),
  },
  {
    name: 'listmonk',
    file: 'subscribers.csv',
    fates: ['stays', 'left', 'complained'],
    row: ({ email, first, last, fate, since, number }) => ({
      ...{
        uuid: `0b0c-${number}`,
        email,
        name: `${first} ${last}`,
        attributes: `{"city": "Ulm, ${number}"}`,
      },
      status: by(fate, { left: 'disabled', complained: 'blocklisted' }, 'enabled'),
      ...{ created_at: `${since}.123456 +0200 CEST`, updated_at: `${since} +0000 UTC` },
    }),
  },
  {
    name: 'Ghost',
    file: 'members.2026-11-30.csv',
    fates: ['stays', 'left'],
    row: ({ email, first, fate, since, number }) => ({
      ...{ id: `6f${number}`, email, name: first, note: '', subscribed_to_emails: String(fate === 'stays') },
      ...{ complimentary_plan: String(number % 4 === 0), stripe_customer_id: '', created_at: iso(since) },
      ...{ deleted_at: '', labels: 'Readers,Gold', tiers: '' },
    }),
  },
  {
    name: 'Brevo',
    file: 'contacts.csv',
    fates: ['stays', 'left'],
    separator: ';',
    row: ({ email, first, last, fate, since, number }) => ({
      ...{ 'CONTACT ID': String(number), EMAIL: email, FIRSTNAME: first, LASTNAME: last, SMS: '' },
      ...{ ADDED_TIME: since, MODIFIED_TIME: since, EMAIL_BLACKLISTED: fate === 'left' ? 'yes' : 'no' },
      'DOUBLE_OPT-IN': number % 2 ? 'Yes' : 'No',
    }),
  },
  {
    name: 'MailerLite',
    file: 'subscribers.csv',
    fates: ALL,
    row: ({ email, first, fate, since }) => ({
      Subscriber: email,
      Status: by(
        fate,
        { left: 'Unsubscribed', bounced: 'Bounced', complained: 'Junk', never: 'Unconfirmed' },
        'Active',
      ),
      ...{
        Sent: '12',
        Opens: '7',
        Clicks: '1',
        Subscribed: since,
        Unsubscribed: fate === 'left' ? since : '',
        Name: first,
      },
    }),
  },
  {
    name: 'Kit',
    file: 'subscribers.csv',
    fates: ALL,
    row: ({ email, first, fate, since, number }) => ({
      ...{ id: String(number), first_name: first, email, created_at: iso(since) },
      status: by(
        fate,
        { left: 'cancelled', bounced: 'bounced', complained: 'complained', never: 'inactive' },
        'active',
      ),
      tags: 'Readers',
    }),
  },
  {
    name: 'beehiiv',
    file: 'subscribers.csv',
    fates: ['stays', 'left', 'bounced', 'never'],
    row: ({ email, fate, since, number }) => ({
      ...{ id: `sub_${number}`, email, subscription_tier: number % 3 ? 'free' : 'premium' },
      status: by(fate, { left: 'inactive', bounced: 'invalid', never: 'pending' }, 'active'),
      ...{
        created_at: iso(since),
        utm_source: 'direct',
        utm_medium: '',
        utm_campaign: '',
        referring_site: '',
      },
    }),
  },
  {
    name: 'Buttondown',
    file: 'subscribers.csv',
    fates: ALL,
    row: ({ email, fate, since, number }) => ({
      ...{ email, notes: '', creation_date: iso(since) },
      type: by(
        fate,
        { left: 'unsubscribed', bounced: 'undeliverable', complained: 'complained', never: 'unactivated' },
        number % 2 ? 'regular' : 'premium',
      ),
      ...{ tags: 'Gold', unsubscription_date: fate === 'left' ? iso(since) : '', source: 'embed' },
    }),
  },
  {
    name: 'Mautic',
    file: 'contacts.csv',
    fates: ['stays', 'left'],
    row: ({ email, first, last, fate, since, number }) => ({
      ...{ id: String(number), firstname: first, lastname: last, email, points: String(number % 9) },
      ...{ dnc: fate === 'left' ? 'email' : '', date_added: since },
    }),
  },
  {
    name: 'Shopify',
    file: 'customers_export.csv',
    fates: ['stays', 'never'],
    row: ({ email, first, last, fate, number }) => ({
      ...{ 'Customer ID': `'${number}`, 'First Name': first, 'Last Name': last, Email: email },
      ...{ 'Accepts Email Marketing': fate === 'stays' ? 'yes' : 'no', 'Default Address City': 'Ulm' },
      ...{
        'Accepts SMS Marketing': 'no',
        'Total Spent': '0.00',
        'Total Orders': String(number % 3),
        Note: '',
      },
      ...{ 'Tax Exempt': 'no', Tags: 'newsletter, gold' },
    }),
  },
  {
    name: 'HubSpot',
    file: 'all-contacts.csv',
    fates: ['stays', 'left', 'bounced', 'never'],
    row: ({ email, first, last, fate, since, number }) => ({
      ...{ 'Record ID - Contact': String(number), 'First Name': first, 'Last Name': last, Email: email },
      ...{ 'Lead Status': number % 2 ? 'New' : 'Open', 'Create Date': since, 'Contact owner': '' },
      'Marketing contact status': fate === 'never' ? 'Non-marketing contact' : 'Marketing contact',
      'Unsubscribed from all email': fate === 'left' ? 'true' : '',
      'Email hard bounce reason': fate === 'bounced' ? 'UNKNOWN_USER' : '',
    }),
  },
  {
    name: 'Keila',
    file: 'contacts.csv',
    fates: ['stays', 'left', 'bounced'],
    row: ({ email, first, last, fate }) => ({
      ...{ Email: email, 'First name': first, 'Last name': last, Data: '{}', 'External ID': '' },
      Status: by(fate, { left: 'unsubscribed', bounced: 'unreachable' }, 'active'),
    }),
  },
  {
    name: 'ActiveCampaign',
    file: 'contacts.csv',
    fates: ['stays', 'left', 'bounced', 'never'],
    row: ({ email, first, last, fate, since, number }) => ({
      ...{ 'Contact ID': String(number), Email: email, 'First Name': first, 'Last Name': last, Phone: '' },
      ...{ 'Date Subscribed': since, 'Date Unsubscribed': fate === 'left' ? since : '0000-00-00 00:00:00' },
      Status: by(fate, { left: 'Unsubscribed', bounced: 'Bounced', never: 'Unconfirmed' }, 'Active'),
    }),
  },
  {
    name: 'CleverReach',
    file: 'empfaenger.csv',
    fates: ['stays', 'left', 'never'],
    separator: ';',
    row: ({ email, first, last, fate, since }) => ({
      ...{ email, registered: since, activated: fate === 'never' ? '0' : since },
      ...{ deactivated: fate === 'left' ? since : '0', source: 'Formular', vorname: first, nachname: last },
    }),
  },
  {
    name: 'Sendy',
    file: 'list.csv',
    fates: ALL,
    row: ({ email, first, fate, since }) => ({
      ...{ Name: first, Email: email, 'Last activity': since },
      Status: by(
        fate,
        { left: 'Unsubscribed', bounced: 'Soft bounced', complained: 'Marked as spam', never: 'Unconfirmed' },
        'Subscribed',
      ),
    }),
  },
  {
    name: 'phpList',
    file: 'users.csv',
    fates: ['stays', 'left', 'never'],
    separator: '\t',
    row: ({ email, fate, since, number }) => ({
      ...{
        id: String(number),
        email,
        confirmed: fate === 'never' ? '0' : '1',
        blacklisted: fate === 'left' ? '1' : '0',
      },
      ...{ bouncecount: String(number % 3), entered: since, modified: since, htmlemail: '1', disabled: '0' },
    }),
  },
  {
    name: 'Constant Contact',
    file: 'contact_export.csv',
    fates: ['stays', 'left', 'never'],
    row: ({ email, first, last, fate }) => ({
      ...{ 'Email address': email, 'First name': first, 'Last name': last },
      'Email status': by(fate, { left: 'Unsubscribed', never: 'Awaiting confirmation' }, 'Active'),
      'Email permission status': by(fate, { left: 'Unsubscribed', never: 'Pending' }, 'Implied'),
      ...{ 'Email update source': 'Contact', 'Confirmed Opt-Out Date': fate === 'left' ? '2022-01-02' : '' },
    }),
  },
  {
    name: 'Klaviyo',
    file: 'profiles.csv',
    fates: ['stays', 'left', 'never', 'bounced'],
    row: ({ email, first, fate, since }) => ({
      ...{ Email: email, 'First Name': first },
      'Email Marketing Consent': by(fate, { left: 'UNSUBSCRIBED', never: 'NEVER_SUBSCRIBED' }, 'SUBSCRIBED'),
      ...{
        'Email Marketing Consent Timestamp': since,
        'Email Suppressions': fate === 'bounced' ? '["HARD_BOUNCE"]' : '[]',
      },
    }),
  },
];
