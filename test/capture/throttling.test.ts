import { expect, it } from 'vitest';
import { directories, parseQuota } from '../../src/capture/throttling.js';

const V1 = `24 18 0:21 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro
31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
32 24 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
33 24 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`;
const V2 = '29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';

it('finds the cgroups of a process from its own up, in version 2', () => {
  expect(directories('0::/kubepods/pod7/c1\n', V2)).toEqual([
    '/sys/fs/cgroup/kubepods/pod7/c1',
    '/sys/fs/cgroup/kubepods/pod7',
    '/sys/fs/cgroup/kubepods',
    '/sys/fs/cgroup',
  ]);
});

it('and in version 1, where the controller of CPUs has its own', () => {
  const cgroup = '9:memory:/other\n4:cpu,cpuacct:/docker/ab\n1:cpuset:/x\n0::/\n';
  expect(directories(cgroup, V1)).toEqual([
    '/sys/fs/cgroup/cpu,cpuacct/docker/ab',
    '/sys/fs/cgroup/cpu,cpuacct/docker',
    '/sys/fs/cgroup/cpu,cpuacct',
    '/sys/fs/cgroup/unified',
  ]);
});

it('in a container, which sees only its own cgroup', () => {
  const inside = '29 23 0:26 /docker/ab /sys/fs/cgroup ro - cgroup2 cgroup rw';
  expect(directories('0::/docker/ab', inside)).toEqual(['/sys/fs/cgroup']);
  expect(directories('0::/docker/ab/c', inside)).toEqual(['/sys/fs/cgroup/c', '/sys/fs/cgroup']);
  expect(directories('0::/../cd', V2)).toEqual(['/sys/fs/cgroup/cd', '/sys/fs/cgroup']);
});

it('is none where nothing is mounted or told', () => {
  expect(directories('0::/a', '')).toEqual([]);
  expect(directories('', V2)).toEqual([]);
  expect(directories('nonsense\n\n', 'more - of it\n')).toEqual([]);
});

it('reads what the kernel tells of the quota, in microseconds', () => {
  const v2 =
    'usage_usec 812\nuser_usec 1\nsystem_usec 2\nnr_periods 100\nnr_throttled 87\nthrottled_usec 4321000\n';
  expect(parseQuota(v2)).toEqual({ periods: 100, throttled: 87, throttledUs: 4_321_000 });
  const v1 = 'nr_periods 100\nnr_throttled 87\nthrottled_time 4321000000\n';
  expect(parseQuota(v1)).toEqual({ periods: 100, throttled: 87, throttledUs: 4_321_000 });
  expect(parseQuota('usage_usec 812\nuser_usec 1\n')).toBeUndefined();
});
