import { subjectIn } from '../../config/sensitive.ts';
import type { Words } from '../../config/vocabulary.ts';
import type { Subscription } from '../../subscribers/subscriber.ts';
import type { PageValues } from '../../web/pages.ts';
import { comingDay, weekdayName } from '../page-dates.ts';
import { scheduleInWords } from '../schedule-words.ts';
import { preferencesPath, type Site, titleOf } from '../site-deps.ts';
import { cityOf, zoneGroups } from './locale.ts';
import {
  formOf,
  isPaused,
  NO_PROBLEMS,
  type Offer,
  type PreferencesForm,
  type Problems,
  pauseBounds,
  pauseEnds,
} from './preferences-form.ts';
import { weeklyDay } from './weekly.ts';

/** Messages of the page beside the stored preferences. */
export interface Said {
  /** Sentences on the preferences just saved. */
  readonly saved?: string;
  readonly problems?: Problems;
  /** Form that was filled in and has to be mended. */
  readonly form?: PreferencesForm;
}

export function offerOf(site: Site, { newsletterId, timeZone }: Subscription, words: Words): Offer {
  const newsletter = site.newsletters.get(newsletterId);
  const now = site.clock.now();
  return {
    sections: newsletter?.sections.map((section) => section.id) ?? [],
    subjects: site.subjects.map((subject) => subject.id),
    weekly: newsletter !== undefined && weeklyDay(newsletter, now) !== undefined,
    timeZone: timeZone ?? newsletter?.time_zone ?? 'UTC',
    homeZone: newsletter?.time_zone ?? 'UTC',
    now,
    vocabulary: site.vocabulary,
    words,
  };
}

/** The button of somebody who left, and so what is kept as evidence when it is pressed. */
export function returnWording(title: string, words: Words): string {
  return words.say('preferences.again', { title });
}

/** Describes the preferences from now on. Says that something is muted without naming it. */
export function chosenInWords(site: Site, subscription: Subscription, words: Words): string {
  const { sections, frequency, pausedUntil, mutes, state } = subscription;
  const { timeZone, now } = offerOf(site, subscription, words);
  const newsletter = site.newsletters.get(subscription.newsletterId);
  const titles =
    newsletter?.sections.filter(({ id }) => sections?.includes(id)).map(({ title }) => title) ?? [];
  const isHeld = isPaused(subscription, now);
  const start = state === 'pending' ? 'confirmed_then' : isHeld ? 'pause_then' : 'get';
  const key = [start, titles.length > 0 ? 'some' : 'all', ...(frequency === 'weekly' ? ['weekly'] : [])];
  const chosen = words.say(`preferences.${key.join('_')}`, {
    sections: words.series(titles),
    day: comingDay(pausedUntil ?? now, timeZone, now, words.language),
  });
  return mutes.length > 0 ? words.say('preferences.spared', { chosen }) : chosen;
}

export function preferencesView(
  site: Site,
  subscription: Subscription,
  words: Words,
  said: Said,
): PageValues {
  const newsletter = site.newsletters.get(subscription.newsletterId);
  const offer = offerOf(site, subscription, words);
  const form = said.form ?? formOf(subscription, offer);
  const title = titleOf(site, subscription.newsletterId);
  const problems = said.problems ?? NO_PROBLEMS;
  const wrong = Object.values(problems).some((problem) => problem !== '');
  return {
    pageTitle: pageTitle(words, title, { wrong, saved: said.saved !== undefined }),
    newsletter: title,
    signUp: `/?newsletter=${subscription.newsletterId}`,
    when: newsletter ? scheduleInWords(newsletter, words) : '',
    email: subscription.email,
    unsubscribed: subscription.state === 'unsubscribed',
    again: subscription.confirmedAt === null ? '' : returnWording(title, words),
    sections: (newsletter?.sections ?? []).map((section) => ({
      id: section.id,
      title: section.title,
      ticked: form.sections.includes(section.id),
    })),
    frequencies: newsletter && offer.weekly ? frequencies(weeklyDay(newsletter, offer.now), form, words) : [],
    ...pauseView(subscription, form, offer),
    several: site.newsletters.length > 1,
    subjects: site.subjects.map((subject) => ({
      id: subject.id,
      ...subjectIn(subject, words.language),
      ticked: form.mutes.includes(subject.id),
    })),
    ...localeView(subscription, form, offer),
    saved: said.saved ?? '',
    problems,
    wrong,
    self: preferencesPath(site, subscription),
    active: subscription.state === 'active',
    unsubscribe: `/u/${site.signer.sign('unsubscribe', { publicId: subscription.publicId, issuedAt: 0 })}`,
  };
}

function pageTitle(
  words: Words,
  title: string,
  { wrong, saved }: Record<'wrong' | 'saved', boolean>,
): string {
  const yours = words.say('preferences.title', { title });
  if (wrong) return words.say('frame.check', { title: yours });
  return saved ? words.say('frame.saved', { title: yours }) : yours;
}

function frequencies(day: ReturnType<typeof weeklyDay>, { frequency }: PreferencesForm, words: Words) {
  const say = (key: string, values = {}) => words.say(`preferences.${key}`, values);
  const weekly =
    typeof day === 'number' ? say('weekly_on', { day: weekdayName(day, words.language) }) : say('weekly');
  return [
    { value: 'every', title: say('every'), about: '', ticked: frequency === 'every' },
    { value: 'weekly', title: weekly, about: say('weekly_about'), ticked: frequency === 'weekly' },
  ];
}

/**
 * Returns the choice of language and time zone. With a single language there is nothing to choose.
 * A reader's present language stays among the options even if it has no words: an import can bring
 * any.
 */
function localeView(subscription: Subscription, form: PreferencesForm, offer: Offer) {
  const { homeZone, words, vocabulary } = offer;
  const own = vocabulary.find(form.language)?.language ?? form.language;
  const isKnown = own === '' || vocabulary.languages.some(({ tag }) => tag === own);
  const languages = [...vocabulary.languages, ...(isKnown ? [] : [{ tag: own, name: own }])];
  const isSeveral = languages.length > 1;
  const place = cityOf(form.zone || homeZone, words);
  return {
    languages: isSeveral ? languages.map((one) => ({ ...one, ticked: one.tag === own })) : [],
    locale: words.say(isSeveral ? 'preferences.locale' : 'preferences.zone_only', { place }),
    home: cityOf(homeZone, words),
    zones: zoneGroups(subscription.timeZone, words).map(({ continent, zones }) => ({
      continent,
      zones: zones.map((zone) => ({ ...zone, ticked: zone.id === form.zone })),
    })),
  };
}

function pauseView(subscription: Subscription, form: PreferencesForm, offer: Offer) {
  const { timeZone, now, words } = offer;
  const say = (key: string, day?: number) =>
    words.say(`preferences.${key}`, { day: day ? comingDay(day, timeZone, now, words.language) : '' });
  const { twoWeeks, month } = pauseEnds(offer);
  const isHeld = subscription.state === 'active' && isPaused(subscription, now);
  const paused = isHeld ? (subscription.pausedUntil ?? now) : 0;
  const option = (value: string, title: string, about = '') => ({
    value,
    title,
    about,
    ticked: form.pause === value,
  });
  return {
    paused: isHeld,
    state: paused ? say('paused', paused) : say(subscription.state),
    pauses: [
      ...(paused ? [option('keep', say('stay_paused', paused))] : []),
      option('none', say(paused ? 'start_now' : 'no_pause')),
      option('two-weeks', say('two_weeks'), say('starts_again', twoWeeks)),
      option('month', say('month'), say('starts_again', month)),
      option('date', say('until')),
    ],
    until: { value: form.until, ...pauseBounds(offer) },
  };
}
