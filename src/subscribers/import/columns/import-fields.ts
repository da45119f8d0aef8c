import type { ListStatus } from './import-words.ts';

/** Fields of a reader that a column can hold, without their status. */
export const DETAIL_FIELDS = [
  ...['email', 'name', 'first_name', 'last_name', 'sections', 'frequency', 'newsletter'],
  ...['opted_in_at', 'opted_in_ip', 'confirmed_at', 'confirmed_ip', 'left_at'],
  ...['paused_until', 'language', 'time_zone', 'person_id', 'subscription_id'],
] as const;
export type Field = (typeof DETAIL_FIELDS)[number];

/**
 * Fields of a reader's status that a column can hold. Several columns may hold the same: `status`
 * in words, `subscribed` by yes or a day, `receives` by the names of what they get, the others by
 * yes, a day or, for reasons, any words.
 */
export const STANDING_FIELDS = [
  ...(['status', 'subscribed', 'receives', 'unsubscribed', 'unsubscribe_reason'] as const),
  ...(['bounced', 'bounce_reason', 'complained'] as const),
];
export type StandingField = (typeof STANDING_FIELDS)[number];
export type AnyField = Field | StandingField;

/** Status that such a column gives a reader, where it has a value. */
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
