import { isElsewhere } from '../namespaces.js';
import { readProc } from '../procfs.js';

/** The container of a process. */
export interface Container {
  /** Who runs it (docker, kubepods, podman, lxc, machine), or what sets the process apart when nobody is known to. */
  readonly kind: string;
  /** The first 12 digits of its id, or its name; '' when not known. */
  readonly id: string;
}

/** How container engines name control groups: https://docs.docker.com/engine/containers/runmetrics/ and their sources. */
const GROUPS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['kubepods', /kubepods.*[/-]([0-9a-f]{12})[0-9a-f]{52}(?:\.scope)?(?:\/|$)/],
  ['docker', /\/docker[/-]([0-9a-f]{12})[0-9a-f]{52}/],
  ['podman', /\/libpod-([0-9a-f]{12})[0-9a-f]{52}/],
  ['containerd', /(?:cri-containerd[:-]|\/containerd[/-]|\/(?:default|moby)\/)([0-9a-f]{12})[0-9a-f]{52}/],
  ['crio', /\/crio-([0-9a-f]{12})[0-9a-f]{52}/],
  ['lxc', /\/lxc(?:\.payload\.|\/)([\w.-]{1,64})/],
  ['machine', /\/machine-([\w.\\-]{1,64})\.scope/],
];

/** The container that a process runs in, undefined when it is in none, or in the same as we. */
export function containerOf(pid: number): Container | undefined {
  const found = containerOfGroups(readProc(`${pid}/cgroup`) ?? '');
  if (found !== undefined) return found;
  for (const [namespace, kind] of [
    ['pid', 'own pids'],
    ['mnt', 'own files'],
    ['net', 'own network'],
  ] as const) {
    if (isElsewhere(pid, namespace)) return { kind, id: '' };
  }
  return undefined;
}

/** The container that the text of /proc/PID/cgroup names. */
export function containerOfGroups(text: string): Container | undefined {
  const paths = text.split('\n').map((line) => line.split(':').slice(2).join(':'));
  for (const [kind, pattern] of GROUPS) {
    for (const path of paths) {
      const id = pattern.exec(path)?.[1];
      if (id !== undefined) return { kind, id };
    }
  }
  return undefined;
}
