import type { Vocabulary, Words } from '../../config/vocabulary.ts';
import { isFrequency, normaliseSections, type Subscription } from '../../subscribers/subscriber.ts';
import { field, fields } from '../../web/form-fields.ts';
import { type Day, dayAt, daysAfter, monthsAfter, readDay, startOf } from '../calendar.ts';
import { comingDay } from '../page-dates.ts';
import { readLanguage, readZone } from './locale.ts';

/** Values of the preferences page, as stored or as submitted. */
export interface PreferencesForm {
  readonly sections: readonly string[];
  readonly frequency: string;
  readonly pause: string;
  /** Text typed for the day on which a pause ends. */
  readonly until: string;
  readonly mutes: readonly string[];
  /** Both are empty for the newsletter's own. */
  readonly language: string;
  readonly zone: string;
}

/** Options available now. */
export interface Offer {
  readonly sections: readonly string[];
  readonly subjects: readonly string[];
  /** True if one a week is less than the newsletter sends. */
  readonly weekly: boolean;
  /** Time zone that days are counted in: the reader's, else the newsletter's. */
  readonly timeZone: string;
  /** Time zone of the newsletter. */
  readonly homeZone: string;
  readonly now: number;
  readonly vocabulary: Vocabulary;
  /** Words of the page. */
  readonly words: Words;
}

/** Preferences of a reader, ready to store. */
export type Chosen = Pick<
  Subscription,
  'sections' | 'frequency' | 'pausedUntil' | 'mutes' | 'language' | 'timeZone'
>;

/** Problems by field, in the language of the page; empty where nothing is wrong. */
export interface Problems {
  /**
   * The form is not the one that was shown: nothing in it can be trusted to mean what its sender
   * meant.
   */
  readonly form: string;
  readonly sections: string;
  readonly until: string;
}

export const NO_PROBLEMS: Problems = { form: '', sections: '', until: '' };
export const PAUSES = ['keep', 'none', 'two-weeks', 'month', 'date'] as const;
/** Says that the form showed the subjects: browsers leave boxes out that are not ticked. */
export const ASKED_SUBJECTS = 'subjects-asked';

/** The form as a subscription fills it. */
export function formOf(subscription: Subscription, { sections, now }: Offer): PreferencesForm {
  return {
    sections: subscription.sections ?? sections,
    frequency: subscription.frequency,
    pause: isPaused(subscription, now) ? 'keep' : 'none',
    until: '',
    mutes: subscription.mutes,
    language: subscription.language ?? '',
    zone: subscription.timeZone ?? '',
  };
}

/** The form as it came; what it does not ask about is as it was. */
export function readForm(body: unknown, subscription: Subscription, offer: Offer): PreferencesForm {
  const before = formOf(subscription, offer);
  const mutes = fields(body, 'mute');
  return {
    sections: fields(body, 'section'),
    frequency: field(body, 'frequency') || before.frequency,
    pause: field(body, 'pause') || before.pause,
    until: field(body, 'until').slice(0, 40),
    mutes: mutes.length > 0 || field(body, ASKED_SUBJECTS) ? mutes : before.mutes,
    language: fields(body, 'language')[0] ?? before.language,
    zone: fields(body, 'zone')[0] ?? before.zone,
  };
}

export function checkForm(
  form: PreferencesForm,
  subscription: Subscription,
  offer: Offer,
): { ok: true; chosen: Chosen } | { ok: false; problems: Problems } {
  const { frequency } = form;
  const { words, vocabulary } = offer;
  const language = readLanguage(form.language, subscription.language, vocabulary);
  const timeZone = readZone(form.zone, subscription.timeZone);
  const isKnown = language !== undefined && timeZone !== undefined;
  if (!isFrequency(frequency) || !isKnown || !isOffered(form, subscription, offer))
    return { ok: false, problems: { ...NO_PROBLEMS, form: words.say('preferences.stale') } };
  const until = pauseEnd(form, subscription, { ...offer, timeZone: timeZone ?? offer.homeZone });
  const sections =
    offer.sections.length > 0 && form.sections.length === 0 ? words.say('preferences.no_section') : '';
  if (sections || typeof until === 'string')
    return { ok: false, problems: { form: '', sections, until: typeof until === 'string' ? until : '' } };
  // A subject that is not offered at the moment, and was muted when it was, stays muted.
  const others = subscription.mutes.filter((subject) => !offer.subjects.includes(subject));
  return {
    ok: true,
    chosen: {
      sections:
        offer.sections.length > 0 ? normaliseSections(form.sections, offer.sections) : subscription.sections,
      frequency,
      pausedUntil: until,
      mutes: [...new Set([...others, ...form.mutes])],
      language,
      timeZone,
    },
  };
}

/** The day after today and the day a year from now: what a pause may end on. */
export function pauseBounds({ now, timeZone }: Offer): { earliest: Day; latest: Day } {
  const today = dayAt(now, timeZone);
  return { earliest: daysAfter(today, 1), latest: monthsAfter(today, 12) };
}

/** Returns the ends of the pauses that need no date, in UTC milliseconds. */
export function pauseEnds({ now, timeZone }: Offer): { twoWeeks: number; month: number } {
  const today = dayAt(now, timeZone);
  return {
    twoWeeks: startOf(daysAfter(today, 14), timeZone),
    month: startOf(monthsAfter(today, 1), timeZone),
  };
}

export function isPaused({ pausedUntil }: Pick<Subscription, 'pausedUntil'>, now: number): boolean {
  return pausedUntil !== null && pausedUntil > now;
}

function isOffered(form: PreferencesForm, { frequency, mutes }: Subscription, offer: Offer): boolean {
  return (
    form.sections.every((id) => offer.sections.includes(id)) &&
    form.mutes.every((id) => offer.subjects.includes(id) || mutes.includes(id)) &&
    (offer.weekly || form.frequency === frequency) &&
    PAUSES.some((pause) => pause === form.pause)
  );
}

/** Returns the end of the requested pause (null: there is none), or the problem with the day. */
function pauseEnd(form: PreferencesForm, subscription: Subscription, offer: Offer): number | null | string {
  const { twoWeeks, month } = pauseEnds(offer);
  if (form.pause === 'two-weeks') return twoWeeks;
  if (form.pause === 'month') return month;
  if (form.pause === 'date') return dayTyped(form.until, offer);
  return form.pause === 'keep' && isPaused(subscription, offer.now) ? subscription.pausedUntil : null;
}

function dayTyped(text: string, offer: Offer): number | string {
  const { timeZone, now, words } = offer;
  if (text === '') return words.say('preferences.no_day');
  const day = readDay(text);
  const { earliest, latest } = pauseBounds(offer);
  if (!day) return words.say('preferences.not_a_day', { day: earliest });
  if (day < earliest) return words.say('preferences.too_early');
  if (day > latest)
    return words.say('preferences.too_late', {
      day: comingDay(startOf(latest, timeZone), timeZone, now, words.language),
    });
  return startOf(day, timeZone);
}
