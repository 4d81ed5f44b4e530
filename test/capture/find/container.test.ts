import { describe, expect, it } from 'vitest';
import { containerOfGroups } from '../../../src/capture/find/container.js';

const ID = '3f2a9c1b22d04e5f'.repeat(4);
const SHORT = '3f2a9c1b22d0';

/** Control groups as the engines' documentation and their users show them. */
const GROUPS: readonly (readonly [cgroup: string, kind: string, id: string])[] = [
  [`0::/system.slice/docker-${ID}.scope`, 'docker', SHORT],
  [`12:memory:/docker/${ID}\n0::/docker/${ID}`, 'docker', SHORT],
  [
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1b_2.slice/cri-containerd-${ID}.scope`,
    'kubepods',
    SHORT,
  ],
  [`11:cpu:/kubepods/besteffort/pod5f6a/${ID}`, 'kubepods', SHORT],
  [`0::/kubepods.slice/kubepods-pod1.slice/crio-${ID}.scope/container`, 'kubepods', SHORT],
  [
    `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope/container`,
    'podman',
    SHORT,
  ],
  [`0::/system.slice/containerd.service/default/${ID}`, 'containerd', SHORT],
  ['0::/lxc.payload.web-1/init.scope', 'lxc', 'web-1'],
  ['0::/machine.slice/machine-debian.scope/payload', 'machine', 'debian'],
];

describe('the container of a process', () => {
  it.each(GROUPS)('is told by %s', (cgroup, kind, id) => {
    expect(containerOfGroups(`${cgroup}\n`)).toEqual({ kind, id });
  });

  it.each([
    '0::/\n',
    '0::/user.slice/user-0.slice/session-3.scope\n',
    '',
    'nonsense',
    `0::/docker/${SHORT}\n`,
  ])('is none for %j', (cgroup) => {
    expect(containerOfGroups(cgroup)).toBeUndefined();
  });
});
