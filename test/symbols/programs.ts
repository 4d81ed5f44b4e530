import { fileURLToPath } from 'node:url';
import type { FrameId } from '../../src/profile/frames.js';
import { Profile } from '../../src/profile/profile.js';
import { Binary } from '../../src/symbols/binary.js';
import { readElf } from '../../src/symbols/elf.js';
import { OpenFile } from '../../src/symbols/open-file.js';
import type { MappingEvent, Symbolizer } from '../../src/symbols/symbolizer.js';

export const NODE_VERSIONS = [20, 22, 24, 26] as const;

/** The binary of one of the Node versions that tests run on. */
export function nodeBinary(version: number): string {
  return fileURLToPath(new URL(`../nodes/node_modules/node-${version}/bin/node`, import.meta.url));
}

/** A binary with its own symbols. */
export function readOwnSymbols(path: string): Binary {
  const file = OpenFile.open(path, true);
  try {
    const image = readElf(file);
    return new Binary(image, image);
  } finally {
    file.close();
  }
}

/** A profile with one process of that pid, whose id is 0. */
export function profileOf(pid: number, start = 0): Profile {
  const profile = new Profile();
  profile.processes.add({ pid, parent: 0xffffffff, start, command: 'test' });
  return profile;
}

/** The executable lines of /proc/PID/maps as mapping events. */
export function mappingsOf(maps: string): MappingEvent[] {
  const line = /^([0-9a-f]+)-([0-9a-f]+) ..x. ([0-9a-f]+) \S+ (\d+) *(.*)$/gm;
  return [...maps.matchAll(line)].map(([, from, to, offset, inode, path]) => {
    const start = Number.parseInt(from, 16);
    const length = Number.parseInt(to, 16) - start;
    return { start, length, fileOffset: Number.parseInt(offset, 16), path, inode: Number(inode) };
  });
}

/** A frame in one line: `name path line:column`. */
export function describeFrame(profile: Profile, frame: FrameId): string {
  const { functions, mappings, scripts } = profile;
  const func = profile.frames.func(frame);
  const { mapping, script, line, column } = functions.columns;
  const place = mappings.path(mapping.data[func]) || scripts.url(script.data[func]);
  const definition = line.data[func] > 0 ? ` ${line.data[func]}:${column.data[func]}` : '';
  return `${functions.name(func)} ${place}${definition}`;
}

/** `describeFrame` of an address in process 0. */
export function describeAddress(profile: Profile, symbolizer: Symbolizer, address: number): string {
  return describeFrame(profile, symbolizer.userFrame(0, address));
}
