import { U32Column } from '../../profile/columns.js';
import { NO_PROCESS, type ProcessId } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import { RowIndex } from '../../profile/row-index.js';
import { ROLE_NAMES, type ThreadId } from '../../profile/threads.js';
import { type MessageReader, Wire } from '../protobuf/message-reader.js';
import { LABEL } from './schema.js';
import type { PprofStrings } from './string-table.js';

/** What the labels of a sample say of its thread: our own keys first, then those of others. */
enum Owner {
  Pid = 0,
  Process = 1,
  Tid = 2,
  Thread = 3,
  Role = 4,
  /** Follows from the stack. */
  Layer = 5,
}
const KEYS: ReadonlyMap<string, Owner> = new Map([
  ['pid', Owner.Pid],
  ['process', Owner.Process],
  ['tid', Owner.Tid],
  ['thread', Owner.Thread],
  ['role', Owner.Role],
  ['layer', Owner.Layer],
  // perf_data_converter
  ['comm', Owner.Process],
  ['thread_comm', Owner.Thread],
  // Parca, OpenTelemetry
  ['process_id', Owner.Pid],
  ['thread_id', Owner.Tid],
  ['thread_name', Owner.Thread],
  // Datadog
  ['process_name', Owner.Process],
  ['thread id', Owner.Tid],
  ['thread name', Owner.Thread],
]);

/** Tells samples' threads by their labels, and adds processes and threads to the profile as they are met. */
export class SampleOwners {
  /** The keys of labels that have no place in a profile. */
  readonly unkept = new Set<string>();
  /** By text of a key: what it says, -1 for one that has no place. */
  private readonly roles = new Map<number, number>();
  private readonly now = new Uint32Array(5);
  /** Of the sample before, which mostly is of the same thread; no thread has five of the largest number. */
  private readonly before = new Uint32Array(5).fill(0xffffffff);
  private lastThread = 0;
  private readonly columns = Array.from(this.now, () => new U32Column());
  private readonly threadIndex = new RowIndex(this.columns);
  private readonly threads: ThreadId[] = [];
  private readonly processes = new Map<string, ProcessId>();

  constructor(
    private readonly profile: Profile,
    private readonly strings: PprofStrings,
  ) {}

  /** Forgets the labels of the sample before. */
  begin(): void {
    this.now.fill(0);
  }

  /** Takes the label at which the reader stands. */
  label(reader: MessageReader): void {
    let [key, text, number] = [0, 0, 0];
    const outer = reader.enter();
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (reader.wire !== Wire.Varint) reader.skip();
      else if (field === LABEL.key) key = reader.unsigned();
      else if (field === LABEL.str) text = reader.unsigned();
      else if (field === LABEL.num) number = reader.signed();
      else reader.unsigned();
    }
    reader.leave(outer);
    const role = this.roleOf(key);
    if (role === Owner.Pid || role === Owner.Tid) this.now[role] = this.idOf(text, number);
    else if (role === Owner.Process || role === Owner.Thread || role === Owner.Role) this.now[role] = text;
  }

  /** The thread that the labels since `begin` tell of. */
  thread(): ThreadId {
    const { now, before } = this;
    let isSame = true;
    for (let i = 0; i < now.length; i++) isSame &&= now[i] === before[i];
    if (isSame) return this.lastThread;
    before.set(now);
    this.lastThread = this.knownThread(Array.from(now));
    return this.lastThread;
  }

  private knownThread(values: readonly number[]): ThreadId {
    const row = this.threadIndex.find(values);
    if (row >= 0) return this.threads[row];
    this.columns.forEach((column, i) => {
      column.push(values[i]);
    });
    const thread = this.addThread();
    this.threads.push(thread);
    return thread;
  }

  private roleOf(key: number): number {
    const known = this.roles.get(key);
    if (known !== undefined) return known;
    const text = this.strings.get(key);
    const role = KEYS.get(text) ?? -1;
    if (role < 0) this.unkept.add(text);
    this.roles.set(key, role);
    return role;
  }

  /** An id as a number or, as some write it, as a text. */
  private idOf(text: number, number: number): number {
    const id = text === 0 ? number : Number(this.strings.get(text));
    return Number.isInteger(id) && id >= 0 && id <= 0xffffffff ? id : 0;
  }

  private addThread(): ThreadId {
    const { profile, strings, now } = this;
    const name = strings.get(now[Owner.Thread]);
    const thread = profile.threads.add(this.process(), now[Owner.Tid], name, 0);
    const role = (ROLE_NAMES as readonly string[]).indexOf(strings.get(now[Owner.Role]));
    if (role > 0) profile.threads.columns.role.data[thread] = role;
    return thread;
  }

  private process(): ProcessId {
    const pid = this.now[Owner.Pid];
    const command = this.strings.get(this.now[Owner.Process]);
    const key = `${pid} ${command}`;
    const known = this.processes.get(key);
    if (known !== undefined) return known;
    const process = this.profile.processes.add({ pid, parent: NO_PROCESS, start: 0, command });
    this.processes.set(key, process);
    return process;
  }
}
