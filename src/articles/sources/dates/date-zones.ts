import { MINUTE_MS } from '../../../base/clock.ts';

/** A moment by somebody's calendar and clock, not yet tied to a zone. */
export interface WallClock {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** Since midnight; 1440 is the next midnight. */
  readonly minutes: number;
  readonly seconds: number;
}

/** Minutes from UTC, or a zone of the IANA database whose offset depends on the day. */
export type Zone = number | string;

/**
 * Hours from UTC of the zones that feeds name. RFC 822 knows the American ones; the rest are habit.
 */
const ZONE_HOURS: Readonly<Record<string, number>> = {
  z: 0,
  ut: 0,
  utc: 0,
  gmt: 0,
  wet: 0,
  west: 1,
  bst: 1,
  wat: 1,
  cet: 1,
  mez: 1,
  cest: 2,
  mesz: 2,
  cat: 2,
  sast: 2,
  eet: 2,
  eest: 3,
  trt: 3,
  msk: 3,
  eat: 3,
  gst: 4,
  pkt: 5,
  ist: 5.5,
  npt: 5.75,
  ict: 7,
  wib: 7,
  sgt: 8,
  hkt: 8,
  pht: 8,
  awst: 8,
  wita: 8,
  jst: 9,
  kst: 9,
  wit: 9,
  acst: 9.5,
  aest: 10,
  acdt: 10.5,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
  art: -3,
  brt: -3,
  clst: -3,
  ndt: -2.5,
  nst: -3.5,
  adt: -3,
  clt: -4,
  edt: -4,
  ast: -4,
  est: -5,
  cdt: -5,
  pet: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
  akdt: -8,
  akst: -9,
  hst: -10,
};

/** Zones that are written without saying whether it is summer. */
const GENERIC_ZONES: Readonly<Record<string, string>> = {
  et: 'America/New_York',
  ct: 'America/Chicago',
  mt: 'America/Denver',
  pt: 'America/Los_Angeles',
};

const OFFSET = /^[a-z]{0,4}([+-])(\d{1,2})(?::?(\d\d))?(?::?\d\d)?$/i;
const MILITARY = /^[a-ik-z]$/i;
const MOST_MINUTES = 15 * 60;

/** Reads a zone's name, offset or IANA name. Undefined for any other word. */
export function zoneOf(word: string): Zone | undefined {
  const name = word.toLowerCase();
  const hours = ZONE_HOURS[name];
  if (hours !== undefined) return hours * 60;
  const generic = GENERIC_ZONES[name];
  if (generic) return generic;
  if (/^[a-z]+\/[a-z_/+-]+$/i.test(word) && isZoneName(word)) return word;
  // RFC 822 defined them the wrong way round, so they say nothing (RFC 2822 §4.3).
  if (MILITARY.test(word)) return 0;
  const match = OFFSET.exec(word);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  if (minutes > MOST_MINUTES) return undefined;
  return match[1] === '-' ? -minutes : minutes;
}

/** UTC milliseconds, or undefined for a day or time that does not exist. */
export function momentOf(clock: WallClock, zone: Zone): number | undefined {
  const { year, month, day, minutes, seconds } = clock;
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1900;
  if (!exists || minutes > 24 * 60 || seconds >= 61) return undefined;
  const local = date.getTime() + minutes * MINUTE_MS + Math.round(seconds * 1000);
  if (typeof zone === 'number') return local - zone * MINUTE_MS;
  // The offset of the moment we are about to name; asked for twice, for the first guess may be across a clock change.
  const guess = local - offsetMs(zone, local);
  return local - offsetMs(zone, guess);
}

function offsetMs(zone: string, at: number): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour') % 24,
    part('minute'),
    part('second'),
  );
  return local - Math.floor(at / 1000) * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const numeric = 'numeric';
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric },
  });
  formats.set(zone, format);
  return format;
}

function isZoneName(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}
