import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAYER_NAMES } from '../../src/profile/layers.js';
import { Symbolizer } from '../../src/symbols/symbolizer.js';
import { describeFrame, mappingsOf, NODE_VERSIONS, nodeBinary, profileOf } from './programs.js';

const PROGRAM = fileURLToPath(new URL('./running.mjs', import.meta.url));
const FLAGS = ['--perf-basic-prof', '--interpreted-frames-native-stack'];

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(`${tmpdir()}/running-node-`);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs the program until it is ready. */
async function run(version: number): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(nodeBinary(version), [...FLAGS, PROGRAM], { cwd: directory });
  await once(child.stdout, 'data');
  return child;
}

async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

describe.each(NODE_VERSIONS)('a running node %i', (version) => {
  it('has every kind of its code named, live and when it is gone', async () => {
    const child = await run(version);
    const pid = child.pid ?? 0;
    const mapPath = `/tmp/perf-${pid}.map`;
    const mappings = mappingsOf(readFileSync(`/proc/${pid}/maps`, 'latin1'));
    const profile = profileOf(pid);
    const live = new Symbolizer(profile, { live: true });
    for (const mapping of mappings) live.addMapping(0, mapping);
    live.noteJitMaps(50);
    await end(child);
    live.noteJitMaps(100);
    const lines = readFileSync(mapPath, 'utf8').trimEnd().split('\n');
    const later = new Symbolizer(profile, { live: false, sameKernel: true });
    for (const mapping of mappings) later.addMapping(0, mapping);
    live.advance(100);

    const layers = new Map<string, string>();
    const misnamed: string[] = [];
    for (const line of lines) {
      const [start, , kind, name] = /^(\w+) \w+ (?:(\w+):)?(.*)$/.exec(line)?.slice(0) ?? [];
      const address = Number.parseInt(line, 16);
      if (!mappings.some((mapping) => address >= mapping.start && address < mapping.start + mapping.length))
        continue;
      const frame = live.userFrame(0, address);
      const described = describeFrame(profile, frame);
      layers.set(described, LAYER_NAMES[profile.functions.layer(profile.frames.func(frame))]);
      if (later.userFrame(0, address) !== frame) misnamed.push(`${line}: ${described} only live`);
      if (kind === 'Builtin' && described !== `Builtins_${name} ${nodeBinary(version)}`)
        misnamed.push(`${start}: ${described}`);
    }
    const vdso = mappings.find(({ path }) => path === '[vdso]');
    const vdsoNames = Array.from({ length: vdso?.length ?? 0 }, (_, i) =>
      describeFrame(profile, live.userFrame(0, (vdso?.start ?? 0) + i)),
    );
    live.close();
    later.close();
    rmSync(mapPath);

    expect(Object.fromEntries(layers)).toMatchObject({
      [`hot ${PROGRAM} 4:13`]: 'application',
      [`get area ${PROGRAM} 8:11`]: 'application',
      'evaluated  1:20': 'application',
      'inVm in a vm.js 1:15': 'application',
      'wasm-function[0] ': 'application',
      [`Builtins_LoadIC ${nodeBinary(version)}`]: 'v8',
      [`Builtins_LdarHandler ${nodeBinary(version)}`]: 'v8',
    });
    expect(
      [...layers].filter(([described]) => described.includes('(\\w+)\\s(\\w+)')).map(([, layer]) => layer),
    ).toEqual(['v8']);
    expect(
      [...layers].filter(([described, layer]) => described.includes(' node:') !== (layer === 'node-js')),
    ).toEqual([]);
    expect([...layers.values()].filter((layer) => layer === 'node-js').length).toBeGreaterThan(20);
    expect(misnamed).toEqual([]);
    expect(vdsoNames).toContain('clock_gettime [vdso]');
    expect(profile.quality.notes).toEqual([]);
  });
});
