const KINDS = 'sqlite:data/broadsheet.db or postgres://user:password@host:5432/database';

/**
 * Returns what is expected instead of a DATABASE_URL that cannot be meant, or undefined for one
 * that can. The address may hold a password, so no part of it is repeated. Nothing is made or
 * opened.
 */
export function databaseUrlProblem(url: string): string | undefined {
  if (isFile(url)) return undefined;
  const [, scheme] = /^([a-z][a-z0-9+.-]*):/i.exec(url) ?? [];
  switch (scheme?.toLowerCase()) {
    case 'postgres':
    case 'postgresql':
      return postgresProblem(url);
    case 'sqlite':
      return 'a path after sqlite: such as sqlite:data/broadsheet.db, or sqlite:/var/lib/broadsheet/broadsheet.db';
    case 'file':
      return 'file: with three slashes and an absolute path, or sqlite:data/broadsheet.db';
    case undefined:
      return `${KINDS}; it has no scheme`;
    default:
      return `${KINDS}; other databases are not supported`;
  }
}

/** `sqlite:` with a path, `file:///…`, `:memory:`, or a path that is plainly one. */
function isFile(url: string): boolean {
  // Somebody put one address before another.
  if (/^sqlite:.*:\/\//.test(url)) return false;
  return (
    /^sqlite:(?:\/\/\/+|\/(?!\/)|:memory:$|[^/:\s])/.test(url) ||
    /^file:\/\/\/[^/]/.test(url) ||
    /^(?:\.{0,2}[\\/](?![\\/])|[a-z]:[\\/])/i.test(url) ||
    /^[^\s:@?]+\.(?:db|sqlite3?)$/i.test(url)
  );
}

/**
 * A password with / ? # or % in it makes an address of something else, which only the server would
 * notice.
 */
function postgresProblem(url: string): string | undefined {
  const expected = 'postgres://user:password@host:5432/database';
  if (!/^postgres(?:ql)?:\/\//.test(url)) return `${expected}, in lower case and with two slashes`;
  // With a socket (?host=/run/postgresql) there may be a user and no host.
  const address = url.replace('@/', '@localhost/');
  if (URL.canParse(address) && !hasBarePercent(address) && !/@.*@/.test(address.split('?', 1)[0] ?? ''))
    return undefined;
  return `${expected}; in user and password write / as %2F, ? as %3F, # as %23, % as %25, @ as %40, : as %3A`;
}

function hasBarePercent(text: string): boolean {
  return /%(?![0-9a-f]{2})/i.test(text);
}
