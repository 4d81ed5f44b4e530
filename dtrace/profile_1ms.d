#!/usr/sbin/dtrace -s
/*
 * Samples the user stack of one process every millisecond, on macOS, FreeBSD and illumos:
 *   sudo dtrace -s profile_1ms.d -p PID         or   -c 'node --perf-basic-prof app.js'
 * Each sample is a line `NAME PID MILLISECONDS: profile-1ms:` and its frames, callee first; stackscope, cpuprofilify and
 * flamegraph read it.
 */
#pragma D option quiet
#pragma D option switchrate=1000hz
#pragma D option ustackframes=1000

profile-1ms
/pid == $target/
{
	printf("%s %d %d: %s:", execname, pid, timestamp / 1000000, probename);
	ustack(1000);
	printf("\n");
}
