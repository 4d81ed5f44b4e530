import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuprofile } from '../../../src/formats/cpuprofile/index.js';
import type { Source, WriteOptions } from '../../../src/formats/format.js';
import { Profile } from '../../../src/profile/profile.js';
import { validate } from '../../../src/profile/validate.js';

/** A .cpuprofile as JSON.parse gives it. */
export interface File {
  nodes: FileNode[];
  startTime: number;
  endTime: number;
  samples: number[];
  timeDeltas: number[];
}

export interface FileNode {
  id: number;
  hitCount: number;
  children?: number[];
  parent?: number;
  callFrame: {
    functionName: string;
    scriptId: string;
    url: string;
    lineNumber: number;
    columnNumber: number;
  };
}

/** The text of a recording of a Node version or, by its folder's name, of another tool. */
export function fixture(tool: number | string): string {
  const folder = typeof tool === 'number' ? `node-${tool}` : tool;
  const path = join(import.meta.dirname, `../../fixtures/cpuprofile/${folder}/shapes.cpuprofile`);
  return readFileSync(path, 'utf8');
}

/** The bytes in pieces of 100, so that characters and numbers are cut. */
export function sourceOf(bytes: Uint8Array, name = 'test'): Source {
  return {
    name,
    size: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
    },
  };
}

export async function readText(text: string | object): Promise<Profile> {
  const profile = new Profile();
  const bytes = new TextEncoder().encode(typeof text === 'string' ? text : JSON.stringify(text));
  await cpuprofile.read!(sourceOf(bytes), profile, {});
  validate(profile);
  return profile;
}

export async function writeText(profile: Profile, options: WriteOptions = {}): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of cpuprofile.write!(profile, options))
    text += decoder.decode(bytes, { stream: true });
  return text + decoder.decode();
}

export async function written(profile: Profile): Promise<File> {
  return JSON.parse(await writeText(profile)) as File;
}

/** Microseconds by stack, outermost first, as DevTools counts them: a sample lasts until the next. */
export function stackTimes(file: File): Map<string, number> {
  const nodes = new Map(file.nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const { id, children = [] } of file.nodes) for (const child of children) parents.set(child, id);
  const nameOf = (id: number): string => {
    const names: string[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      names.push(nodes.get(at)!.callFrame.functionName);
    }
    return names.reverse().slice(1).join(';');
  };
  const sums = new Map<string, number>();
  let elapsed = 0;
  file.samples.forEach((id, i) => {
    elapsed += file.timeDeltas[i];
    const lasts = file.timeDeltas[i + 1] ?? file.endTime - file.startTime - elapsed;
    const name = nameOf(id);
    sums.set(name, (sums.get(name) ?? 0) + lasts);
  });
  return sums;
}
