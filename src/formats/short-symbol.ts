/** `v8::internal::(anonymous namespace)::Concat(int) const` as `Concat`: its layer says that it is V8's. */
export function shortSymbol(name: string): string {
  return withoutParameters(name)
    .replace(/^v8::internal::/, '')
    .replaceAll('(anonymous namespace)::', '');
}

/** `ns::f<T>(int, char const*) const` as `ns::f<T>`. */
function withoutParameters(name: string): string {
  const end = name.replace(/( const| &&?| \[clone .*\])+$/, '');
  if (!end.endsWith(')')) return name;
  let open = 0;
  for (let i = end.length - 1; i > 0; i--) {
    if (end[i] === ')') open++;
    else if (end[i] === '(' && --open === 0) return end.slice(0, i);
  }
  return name;
}
