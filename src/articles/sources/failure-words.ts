import type { FetchFailure } from '../fetching/fetch-failure.ts';
import type { FilePictureFault, PictureFault } from '../pictures/picture-fault.ts';
import { MAX_PICTURE_BYTES } from '../pictures/pictures.ts';
import type { SourceFailure } from './source-failure.ts';

/** Says in English why an address could not be fetched, without its full stop. */
export function fetchFailureWords(failure: FetchFailure): string {
  switch (failure.code) {
    case 'scheme':
      return `${failure.scheme} addresses are not fetched, only http and https`;
    case 'port':
      return `port ${failure.port} is not 80 or 443`;
    case 'not-public':
      return `${named(failure)} is not on the public internet`;
    case 'no-such-host':
      return `there is no host ${failure.host}`;
    case 'host-without-address':
      return `${failure.host} has no address`;
    case 'connection-refused':
      return `${failure.host} refuses the connection`;
    case 'answered':
      return `the server answered ${failure.status}${STATUS_WORDS[failure.status] ?? ''}`;
    case 'no-answer':
      return `no answer within ${failure.seconds} s`;
    case 'not-all-here':
      return `it was not all here after ${failure.seconds} s`;
    case 'redirect-refused':
      return `it redirects to ${failure.host}, and ${fetchFailureWords(failure.why)}`;
    case 'redirect-to-http':
      return `it redirects from https to plain http (${failure.host})`;
    case 'too-many-redirects':
      return `it redirects more than ${failure.most} times`;
    case 'too-large':
      return `it is larger than ${megabytes(failure.bytes)}`;
    case 'unpacks-too-large':
      return `it unpacks to more than ${megabytes(failure.bytes)}`;
    case 'broken-connection':
      return failure.says || 'it could not be fetched';
    default:
      return NOT_FETCHED[failure.code];
  }
}

const NOT_FETCHED = {
  'not-an-address': 'this is not a web address',
  'login-in-address': 'addresses with a user name or password are not fetched',
  'headers-too-long': 'its headers are too long',
  'redirect-to-nowhere': 'it redirects without saying where to',
  'compressed-twice': 'it is compressed more than twice',
  'compression-damaged': 'its compressed content is damaged',
};

const STATUS_WORDS: Readonly<Record<number, string>> = {
  401: ' (it wants a password)',
  403: ' (forbidden)',
  404: ' (there is nothing at this address)',
  410: ' (it is gone for good)',
  429: ' (we asked too often)',
  500: ' (it has a fault of its own)',
  503: ' (it is overloaded or down)',
};

function named({ host, address }: { readonly host: string; readonly address: string }): string {
  return host.includes(address) ? host : `${host} (${address})`;
}

function megabytes(bytes: number): string {
  return `${Number((bytes / 1024 / 1024).toFixed(2))} MB`;
}

/** Says in English why a source could not be read, without its full stop. */
export function sourceFailureWords(failure: SourceFailure): string {
  if (isNotRead(failure)) return NOT_READ[failure.code];
  switch (failure.code) {
    case 'folder-unreadable':
      return `the folder ${failure.folder} cannot be read`;
    case 'web-page':
      return `this is a web page, not a feed${failure.feed ? `; it names the feed ${failure.feed}` : ''}`;
    case 'no-result':
      return `no result within ${failure.seconds} s`;
    case 'reading-too-slow':
      return `it could not be read within ${failure.seconds} s, so nothing of it was taken`;
    case 'fault':
      return failure.says;
    case 'text':
      return failure.text;
    default:
      return fetchFailureWords(failure);
  }
}

function isNotRead(failure: SourceFailure): failure is { code: keyof typeof NOT_READ } {
  return failure.code in NOT_READ;
}

const NOT_READ = {
  empty: 'the answer is empty',
  'not-a-feed': 'this is not a feed',
  'not-an-xml-feed': 'this XML cannot be read as RSS, RDF or Atom',
  'not-a-json-feed': 'this JSON is not a JSON Feed',
  'breaks-off': 'its XML breaks off before the end',
  'entries-broken': 'its entries cannot be read: its XML is too broken',
  'nested-too-deep': 'its elements are nested too deeply',
  'too-many-elements': 'it has too many elements',
  'too-many-attributes': 'one of its elements has too many attributes',
  'reading-too-large': 'reading it takes more memory than a source may have, so nothing of it was taken',
  'reading-crashed': 'reading it came to an unexpected end, so nothing of it was taken',
  stopping: 'Broadsheet is stopping',
};

/** Says in English why a picture cannot be used, as it follows "its picture was left out: ". */
export function pictureFaultWords(fault: PictureFault): string {
  if (isNoPicture(fault)) return NO_PICTURE[fault.code];
  switch (fault.code) {
    case 'too-many-pixels':
      return `it has ${pixels(fault)}, and more than ${fault.most / 1e6} million are not unpacked`;
    case 'too-small':
      return `it has ${pixels(fault)}, and a picture needs at least ${fault.least.width} × ${fault.least.height}`;
    case 'too-slow':
      return `it takes longer than ${fault.seconds} s to unpack`;
    case 'damaged':
      return `it is damaged or cut off${fault.says ? ` (${fault.says})` : ''}`;
    case 'address-too-long':
      return `its address is longer than ${fault.most} characters`;
    case 'fault':
      return `it could not be made ready: ${fault.says}`;
    case 'text':
      return fault.text;
    default:
      return fetchFailureWords(fault);
  }
}

/**
 * Says in English why a picture of an article's file is not taken, as it follows "its picture was
 * left out: ".
 */
export function filePictureWords(fault: FilePictureFault): string {
  switch (fault.code) {
    case 'not-taken':
      return 'only files and http(s) addresses are taken';
    case 'ornament':
      return 'it is a badge, a drawing or a face, and no illustration';
    case 'no-file':
      return `there is no picture ${fault.reference} in the source's folder`;
    case 'file-too-large':
      return `the picture ${fault.reference} is over ${megabytes(MAX_PICTURE_BYTES)}`;
    case 'file':
      return `${fault.reference}: ${pictureFaultWords(fault.why)}`;
  }
}

function pixels({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width} × ${height} pixels`;
}

function isNoPicture(fault: PictureFault): fault is { code: keyof typeof NO_PICTURE } {
  return fault.code in NO_PICTURE;
}

const NO_PICTURE = {
  empty: 'it is empty',
  svg: 'it is an SVG drawing, which mail programs do not show',
  'web-page': 'it is a web page and not a picture',
  'no-picture': 'it is not a JPEG, PNG, GIF, WebP or AVIF picture',
  unchanged: 'the server says "unchanged" to a first look',
  'not-in-media-folder': 'its file is not in the media folder; collecting its article again brings it back',
  'no-time-left': 'other pictures took so long that there was no time left for it',
};
