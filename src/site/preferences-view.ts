import type { Subscription, SubscriptionState } from '../subscribers/subscriber.ts';
import type { PageValues } from '../web/pages.ts';
import { comingDay } from './dates.ts';
import { cityOf, LANGUAGES, zoneGroups } from './locale.ts';
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
import { list, scheduleInWords } from './schedule-words.ts';
import { preferencesPath, type Site, titleOf } from './site-deps.ts';
import { weeklyDay } from './weekly.ts';

/** What the page has to say beside what stands. */
export interface Said {
  /** What has just been saved, in a sentence or two. */
  readonly saved?: string;
  readonly problems?: Problems;
  /** What somebody filled in and has to mend. */
  readonly form?: PreferencesForm;
}

const STATE_WORDS: Readonly<Record<SubscriptionState, string>> = {
  active: 'Your subscription is active.',
  pending: 'Your subscription waits for you to confirm it: open the message we sent you.',
  unsubscribed: 'You are not subscribed, and nothing is sent to you.',
};

export function offerOf(site: Site, { newsletterId, timeZone }: Subscription): Offer {
  const newsletter = site.newsletters.find((one) => one.id === newsletterId);
  const now = site.clock.now();
  return {
    sections: newsletter?.sections.map((section) => section.id) ?? [],
    subjects: site.subjects.map((subject) => subject.id),
    weekly: newsletter !== undefined && weeklyDay(newsletter, now) !== undefined,
    timeZone: timeZone ?? newsletter?.time_zone ?? 'UTC',
    homeZone: newsletter?.time_zone ?? 'UTC',
    now,
  };
}

/** The button of somebody who left, and so what is kept as evidence when it is pressed. */
export function returnWording(title: string): string {
  return `Send me ${title} again`;
}

/** What a reader gets from now on. That something is muted is said without saying what. */
export function chosenInWords(site: Site, subscription: Subscription): string {
  const { sections, frequency, pausedUntil, mutes, state } = subscription;
  const { timeZone, now } = offerOf(site, subscription);
  const newsletter = site.newsletters.find((one) => one.id === subscription.newsletterId);
  const titles =
    newsletter?.sections.filter(({ id }) => sections?.includes(id)).map(({ title }) => title) ?? [];
  const what = titles.length > 0 ? list(titles) : 'everything';
  const often = frequency === 'weekly' ? 'once a week' : 'in every edition';
  const from =
    pausedUntil !== null && isPaused(subscription, now) ? comingDay(pausedUntil, timeZone, now) : '';
  const start = from ? `Nothing comes until ${from}. From then on` : 'From the next edition on';
  return [
    state === 'pending' ? 'Once you have confirmed,' : start,
    `you get ${what}, ${often}.`,
    ...(mutes.length > 0 ? ['What you would rather not read about is left out.'] : []),
  ].join(' ');
}

export function preferencesView(site: Site, subscription: Subscription, said: Said): PageValues {
  const newsletter = site.newsletters.find((one) => one.id === subscription.newsletterId);
  const offer = offerOf(site, subscription);
  const form = said.form ?? formOf(subscription, offer);
  const title = titleOf(site, subscription.newsletterId);
  const problems = said.problems ?? NO_PROBLEMS;
  const wrong = Object.values(problems).some((problem) => problem !== '');
  return {
    pageTitle: `${wrong ? 'Please check · ' : said.saved ? 'Saved · ' : ''}Your ${title}`,
    newsletter: title,
    newsletterId: subscription.newsletterId,
    when: newsletter ? scheduleInWords(newsletter.schedule, newsletter.time_zone) : '',
    email: subscription.email,
    unsubscribed: subscription.state === 'unsubscribed',
    again: subscription.confirmedAt === null ? '' : returnWording(title),
    sections: (newsletter?.sections ?? []).map((section) => ({
      id: section.id,
      title: section.title,
      ticked: form.sections.includes(section.id),
    })),
    frequencies: newsletter && offer.weekly ? frequencies(weeklyDay(newsletter, offer.now) ?? '', form) : [],
    ...pauseView(subscription, form, offer),
    several: site.newsletters.length > 1,
    subjects: site.subjects.map((subject) => ({ ...subject, ticked: form.mutes.includes(subject.id) })),
    ...localeView(subscription, form, offer),
    saved: said.saved ?? '',
    problems,
    wrong,
    self: preferencesPath(site, subscription.id),
    active: subscription.state === 'active',
    unsubscribe: `/u/${site.signer.sign('unsubscribe', { id: subscription.id, issuedAt: 0 })}`,
  };
}

function frequencies(day: string, { frequency }: PreferencesForm) {
  const weekly = day ? `One a week, on ${day}` : 'One a week';
  return [
    { value: 'every', title: 'Every edition', about: '', ticked: frequency === 'every' },
    {
      value: 'weekly',
      title: weekly,
      about: 'The best of what you have not had.',
      ticked: frequency === 'weekly',
    },
  ];
}

/** Where only one language is to be had, there is nothing to choose. */
function localeView(subscription: Subscription, form: PreferencesForm, { homeZone }: Offer) {
  return {
    languages:
      LANGUAGES.length > 1 ? LANGUAGES.map((one) => ({ ...one, ticked: one.tag === form.language })) : [],
    home: cityOf(homeZone),
    here: cityOf(form.zone || homeZone),
    zones: zoneGroups(subscription.timeZone).map(({ continent, zones }) => ({
      continent,
      zones: zones.map((zone) => ({ ...zone, ticked: zone.id === form.zone })),
    })),
  };
}

function pauseView(subscription: Subscription, form: PreferencesForm, offer: Offer) {
  const words = (time: number) => comingDay(time, offer.timeZone, offer.now);
  const { twoWeeks, month } = pauseEnds(offer);
  const isHeld = subscription.state === 'active' && isPaused(subscription, offer.now);
  const paused = isHeld ? words(subscription.pausedUntil ?? 0) : '';
  const option = (value: string, title: string, about = '') => ({
    value,
    title,
    about,
    ticked: form.pause === value,
  });
  return {
    paused,
    state: paused ? `Paused until ${paused}.` : STATE_WORDS[subscription.state],
    pauses: [
      ...(paused ? [option('keep', `Stay paused until ${paused}`)] : []),
      option('none', paused ? 'Start again now' : 'No pause'),
      option('two-weeks', 'For two weeks', `It starts again on ${words(twoWeeks)}.`),
      option('month', 'For a month', `It starts again on ${words(month)}.`),
      option('date', 'Until a day you choose'),
    ],
    until: { value: form.until, ...pauseBounds(offer) },
  };
}
