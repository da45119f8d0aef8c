import { createHash } from 'node:crypto';
import { addressKey, domainOf } from '../../base/text/address.ts';

/** Providers that deliver to one mailbox under several domains; the first name stands for all. */
const ONE_PROVIDER = [
  ['gmail.com', 'googlemail.com'],
  ['icloud.com', 'me.com', 'mac.com'],
  ['proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me'],
  ['yandex.ru', 'yandex.com', 'yandex.by', 'yandex.kz', 'yandex.ua', 'yandex.com.tr', 'ya.ru'],
];
const FIRST_NAME = new Map(ONE_PROVIDER.flatMap(([first = '', ...more]) => more.map((one) => [one, first])));

/** Characters that a provider does not look at in the part before the @. */
const UNREAD = new Map([
  ['gmail.com', /\./g],
  ['proton.me', /[._-]/g],
  ['yandex.ru', /[.-]/g],
]);

/**
 * Yahoo's disposable addresses put a word behind a hyphen, and no ordinary one of theirs has a
 * hyphen.
 */
const HYPHEN_TAGS = /^(?:yahoo\.(?:[a-z]{2,3}|com?\.[a-z]{2})|ymail\.com|rocketmail\.com|myyahoo\.com)$/;

/** Providers that also deliver `anything@name.domain` to `name@domain`. */
const SUBDOMAIN_TAGS = ['fastmail.com', 'fastmail.fm'];

/**
 * The mailbox that an address most probably leads to: `Ada.Byron+news@googlemail.com` is
 * `adabyron@gmail.com`. For counting mail alone, never to say who somebody is: two people may well
 * share one, as far as this can tell.
 */
export function mailboxOf(address: string): string {
  const key = addressKey(address);
  const [typed, domain] = throughSubdomain(key.slice(0, key.lastIndexOf('@')), domainOf(key));
  const provider = FIRST_NAME.get(domain) ?? domain;
  const name = withoutTag(typed, domain);
  const bare = name.replace(UNREAD.get(provider) ?? /$^/, '');
  return `${bare || name}@${provider}`;
}

/**
 * Rates how little an address disguises its mailbox: 2 for the one everybody would write, 1 for
 * dots and other names that lead there too, 0 for one with a tag, of which there is no end.
 */
export function plainnessOf(address: string): 0 | 1 | 2 {
  const key = addressKey(address);
  if (mailboxOf(key) === key) return 2;
  const [name, domain] = throughSubdomain(key.slice(0, key.lastIndexOf('@')), domainOf(key));
  const isTagged = withoutTag(name, domain) !== name || domain !== domainOf(key);
  return isTagged ? 0 : 1;
}

/** Names a mailbox in a count without holding its address. */
export function mailboxScope(address: string): string {
  const digest = createHash('sha256')
    .update(`broadsheet:mailbox:${mailboxOf(address)}`)
    .digest('hex');
  return `mailbox:${digest.slice(0, 32)}`;
}

function throughSubdomain(name: string, domain: string): [name: string, domain: string] {
  const parent = SUBDOMAIN_TAGS.find((one) => domain.endsWith(`.${one}`));
  return parent === undefined ? [name, domain] : [domain.slice(0, -parent.length - 1), parent];
}

function withoutTag(name: string, domain: string): string {
  const untagged = before(name, '+');
  return HYPHEN_TAGS.test(domain) ? before(untagged, '-') : untagged;
}

/** Returns the text before the first mark; all of it where nothing would be left. */
function before(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at > 0 ? text.slice(0, at) : text;
}
