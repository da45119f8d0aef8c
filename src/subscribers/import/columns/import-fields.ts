import type { ListStatus } from './import-words.ts';

/** What a column of a list can tell about a reader, but for how they stand. */
export const DETAIL_FIELDS = [
  ...['email', 'name', 'first_name', 'last_name', 'sections', 'frequency', 'newsletter'],
  ...['opted_in_at', 'opted_in_ip', 'confirmed_at', 'confirmed_ip', 'left_at'],
  ...['paused_until', 'language', 'time_zone', 'person_id', 'subscription_id'],
] as const;
export type Field = (typeof DETAIL_FIELDS)[number];

/**
 * What a column can tell of how somebody stands. Several columns may tell the same: `status` in words, `subscribed` by yes
 * or a day, `receives` by the names of what they get, the others by yes, a day or, for reasons, any words.
 */
export const STANDING_FIELDS = [
  ...(['status', 'subscribed', 'receives', 'unsubscribed', 'unsubscribe_reason'] as const),
  ...(['bounced', 'bounce_reason', 'complained'] as const),
];
export type StandingField = (typeof STANDING_FIELDS)[number];
export type AnyField = Field | StandingField;

/** What such a column says of somebody, where it says anything. */
export const GONE_BY: Readonly<
  Record<Exclude<StandingField, 'status' | 'subscribed' | 'receives'>, ListStatus>
> = {
  unsubscribed: 'unsubscribed',
  unsubscribe_reason: 'unsubscribed',
  bounced: 'undeliverable',
  bounce_reason: 'undeliverable',
  complained: 'complained',
};

/** Names that fields had before, which scripts may still say. */
const FORMER: Readonly<Record<string, StandingField>> = {
  unsubscribed_at: 'unsubscribed',
  deleted_at: 'unsubscribed',
  cleaned_at: 'bounced',
};

/** The field of that name; undefined when there is none. */
export function fieldNamed(name: string): AnyField | undefined {
  const fields: readonly AnyField[] = [...DETAIL_FIELDS, ...STANDING_FIELDS];
  return FORMER[name] ?? fields.find((field) => field === name);
}

export function isStandingField(field: AnyField): field is StandingField {
  return (STANDING_FIELDS as readonly AnyField[]).includes(field);
}
