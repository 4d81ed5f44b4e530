/** `GET /tips`: without what is behind the question mark, where ids and secrets are. */
function requestName(method: unknown, path: unknown): string {
  const text = String(path ?? '');
  const end = text.indexOf('?');
  return `${method} ${end < 0 ? text : text.slice(0, end)}`;
}

export = requestName;
