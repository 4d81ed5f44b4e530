import { namesOfMap, namesOfPid, noMap, pidOf, resolveInput } from '../resolve-input.js';

/** Names the addresses in standard input by the perf map in a file or, when `map` is a number, of a process. */
export async function resolveByMap(map: string): Promise<void> {
  const names = /^\d+$/.test(map) ? namesOfPid(pidOf(map)) : await namesOfMap(map);
  if (names === undefined) throw noMap(pidOf(map));
  try {
    await resolveInput([names]);
  } finally {
    names.close();
  }
}
