import type { AnyField } from './import-fields.ts';
import { type ListStatus, words } from './import-words.ts';

/** Export format of another program. Headings are as `plain` leaves them. */
export interface Format {
  readonly name: string;
  /** Headings that only its exports have together; one line for each kind of export it writes. */
  readonly has: readonly (readonly string[])[];
  /** Meaning of its headings, beside those that mean the same everywhere. */
  readonly columns: Readonly<Record<string, AnyField>>;
  /** Headings that sound as if they told who left, and do not. */
  readonly idle?: ReadonlySet<string>;
  /** Meaning of its own words for a status, beside those that mean the same everywhere. */
  readonly words?: Readonly<Record<string, ListStatus>>;
  /** Note for whoever imports it, in English. */
  readonly note?: string;
}

/** The first with all headings of one of its kinds is the one. */
export const FORMATS: readonly Format[] = [
  {
    name: 'Broadsheet',
    has: [['newsletter', 'state', 'confirmedat']],
    columns: {
      ...{ newsletter: 'newsletter', state: 'status', confirmedat: 'confirmed_at' },
      ...{
        unsubscribedat: 'left_at',
        pauseduntil: 'paused_until',
        language: 'language',
        timezone: 'time_zone',
        personid: 'person_id',
        subscriptionid: 'subscription_id',
      },
    },
  },
  {
    name: 'Mailchimp',
    has: [['optintime', 'confirmtime']],
    columns: {
      ...{ optintime: 'opted_in_at', optinip: 'opted_in_ip' },
      ...{ confirmtime: 'confirmed_at', confirmip: 'confirmed_ip' },
    },
    idle: words('unsubcampaigntitle unsubcampaignid unsubreasonother cleancampaigntitle cleancampaignid'),
  },
  {
    name: 'listmonk',
    has: [['uuid', 'attributes', 'status']],
    columns: { createdat: 'opted_in_at' },
    note: 'listmonk writes "enabled" also for people who unsubscribed from one list: export those by themselves and import them with --status unsubscribed, see docs/IMPORTING.md.',
  },
  {
    name: 'Ghost',
    has: [['subscribedtoemails'], ['subscribed', 'complimentaryplan']],
    columns: { createdat: 'opted_in_at', deletedat: 'unsubscribed' },
    idle: words('complimentaryplan'),
  },
  {
    name: 'Substack',
    has: [
      ['emaildisabled', 'activesubscription'],
      ['receivingemailsfor', 'subscriptiondate'],
    ],
    columns: {
      ...{ createdat: 'opted_in_at', subscriptiondate: 'opted_in_at', startdate: 'opted_in_at' },
      receivingemailsfor: 'receives',
    },
    idle: words(
      `activesubscription digestenabled subscriptiontype plan expiry firstpaymentat canceldate expiresat
      activity paidupgradedate subscriptionsource subscriptionsourcefree subscriptionsourcepaid firstpaiddate
      revenue subscriptioninterval subscriptionprice`,
    ),
  },
  {
    name: 'Brevo',
    has: [['contactid', 'emailblacklisted']],
    columns: { addedtime: 'opted_in_at', emailblacklisted: 'unsubscribed' },
    idle: words('doubleoptin optin smsblacklisted whatsappblacklisted'),
  },
  {
    name: 'Buttondown',
    has: [['creationdate', 'type', 'tags']],
    columns: { creationdate: 'opted_in_at', type: 'status', subscribertype: 'status' },
    words: {
      ...{ regular: 'active', premium: 'active', gifted: 'active', trialed: 'active', paid: 'active' },
      ...{ pastdue: 'active', churning: 'active', churned: 'unsubscribed', unpaid: 'unsubscribed' },
    },
    idle: words('subscriptionsource'),
  },
  {
    name: 'Mautic',
    has: [
      ['id', 'email', 'dnc'],
      ['id', 'email', 'donotcontact', 'dateidentified'],
    ],
    columns: { dnc: 'unsubscribe_reason', donotcontact: 'unsubscribe_reason', dateadded: 'opted_in_at' },
    idle: words('lastactive'),
  },
  {
    name: 'Shopify',
    has: [
      ['email', 'acceptsemailmarketing'],
      ['email', 'acceptsmarketing', 'taxexempt'],
    ],
    columns: {},
    idle: words('acceptssmsmarketing taxexempt defaultaddresscompany'),
  },
  {
    name: 'MailerLite',
    has: [['subscriber', 'status', 'subscribed']],
    columns: { subscribed: 'opted_in_at' },
    words: { junk: 'complained' },
  },
  {
    name: 'HubSpot',
    has: [['recordidcontact', 'email']],
    columns: {
      ...{ marketingcontactstatus: 'status', unsubscribedfromallemail: 'unsubscribed' },
      ...{
        emailhardbouncereason: 'bounce_reason',
        invalidemailaddress: 'bounced',
        createdate: 'opted_in_at',
      },
    },
    idle: words(
      'leadstatus marketingcontactstatussourcename marketingcontactstatussourcetype lastactivitydate',
    ),
  },
  {
    name: 'Klaviyo',
    has: [['email', 'emailmarketingconsent']],
    columns: { emailmarketingconsent: 'status', emailsuppressions: 'unsubscribe_reason' },
    idle: words('smsmarketingconsent emailmarketingconsenttimestamp smsmarketingconsenttimestamp'),
  },
  {
    name: 'Constant Contact',
    has: [['emailaddress', 'emailstatus', 'emailpermissionstatus']],
    columns: {},
    idle: words('emailupdatesource emailpermissionsource smsstatus confirmedoptoutsource'),
  },
  {
    name: 'CleverReach',
    has: [
      ['email', 'registered', 'activated', 'deactivated'],
      ['registriert', 'aktiviert', 'deaktiviert'],
    ],
    columns: {
      ...{ registered: 'opted_in_at', activated: 'subscribed', deactivated: 'unsubscribed' },
      ...{ registriert: 'opted_in_at', aktiviert: 'subscribed', deaktiviert: 'unsubscribed' },
      bounced: 'bounced',
    },
  },
  {
    name: 'phpList',
    has: [['email', 'confirmed', 'blacklisted']],
    columns: { confirmed: 'subscribed', disabled: 'unsubscribed', entered: 'opted_in_at' },
    idle: words('bouncecount htmlemail subscribepage optedin sendthisuserhtmlemails'),
  },
  {
    name: 'Campaign Monitor',
    has: [['emailaddress', 'consenttotrack']],
    columns: { datesubscribed: 'opted_in_at', datejoined: 'opted_in_at' },
    idle: words('consenttotrack consenttosendsms'),
  },
  {
    name: 'AWeber',
    has: [['email', 'dateadded', 'stopstatus']],
    columns: {
      dateadded: 'opted_in_at',
      stoptime: 'unsubscribed',
      stopdate: 'unsubscribed',
      stopstatus: 'status',
    },
    idle: words('addmethod verificationstatus'),
  },
  {
    name: 'ActiveCampaign',
    has: [['email', 'datesubscribed', 'dateunsubscribed']],
    columns: { datesubscribed: 'opted_in_at' },
  },
  {
    name: 'beehiiv',
    has: [['email', 'status', 'utmsource', 'createdat']],
    columns: { createdat: 'opted_in_at' },
    words: { needsattention: 'undeliverable' },
    idle: words(
      'subscriptiontier subscriptionstripecustomerid subscriptionpremiumtiernames subscribersource',
    ),
  },
];
