/** Options of `perf record` that take a value in the next argument. */
const WITH_VALUE = new Set(
  [
    '-e -F -c -o -m -p -t -C -k -r -u -U -I -j -D -G -M -i -W',
    '--event --freq --count --output --mmap-pages --pid --tid --cpu --clockid --realtime --uid --call-graph',
    '--filter --delay --cgroup --proc-map-timeout --control --max-size --affinity --switch-max-files',
  ]
    .join(' ')
    .split(' '),
);

/** The command that perf launched, from perf's own command line (`perf record OPTIONS COMMAND…`); null when it launched none. */
export function launchedCommand(commandLine: readonly string[]): string | null {
  for (let i = 2; i < commandLine.length; i++) {
    const word = commandLine[i];
    if (word === '--') return joined(commandLine.slice(i + 1));
    if (!word.startsWith('-')) return joined(commandLine.slice(i));
    if (WITH_VALUE.has(word)) i++;
  }
  return null;
}

function joined(words: readonly string[]): string | null {
  return words.length > 0 ? words.join(' ') : null;
}
