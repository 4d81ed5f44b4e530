import type { AddressNamer, CodeMapping } from '../../../src/formats/perf-data/address-namer.js';
import { CALL_FRAME, type FrameId } from '../../../src/profile/frames.js';
import { Layer } from '../../../src/profile/layers.js';
import type { ProcessId } from '../../../src/profile/processes.js';
import type { Profile } from '../../../src/profile/profile.js';

/** Names addresses by themselves (`u:HEX`, `k:HEX`), so that a test sees exactly what the reader asked for. */
export class PlainNamer implements AddressNamer {
  readonly mappings: { process: ProcessId; mapping: CodeMapping }[] = [];
  readonly forks: [ProcessId, ProcessId][] = [];
  readonly times: number[] = [];

  constructor(private readonly profile: Profile) {}

  addMapping(process: ProcessId, mapping: CodeMapping): void {
    this.mappings.push({ process, mapping });
  }

  forkProcess(parent: ProcessId, child: ProcessId): void {
    this.forks.push([parent, child]);
  }

  endProcess(): void {}

  advance(timeUs: number): void {
    this.times.push(timeUs);
  }

  userFrame(_process: ProcessId, address: number): FrameId {
    return this.frame(`u:${address.toString(16)}`, Layer.Unknown);
  }

  kernelFrame(lo: number, hi: number): FrameId {
    return this.frame(`k:${((BigInt(hi) << 32n) | BigInt(lo)).toString(16)}`, Layer.Kernel);
  }

  isEntryPoint(): boolean {
    return false;
  }

  roleOf(): undefined {
    return undefined;
  }

  jitEpoch(): number {
    return 0;
  }

  private frame(name: string, layer: Layer): FrameId {
    const func = this.profile.functions.intern(
      { name, script: 0, mapping: 0, line: 0, column: 0 },
      layer,
      '',
    );
    return this.profile.frames.intern({ ...CALL_FRAME, func });
  }
}
