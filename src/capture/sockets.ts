import { readdirSync } from 'node:fs';
import { readProc, readProcLink } from './procfs.js';

/** State of a listening socket in /proc/net/tcp. */
const LISTEN = '0A';
/** 127.0.0.0/8 and ::1 as these tables write them. */
const LOOPBACK = /^([0-9A-F]{6}7F|0{24}01000000)$/;

export interface ListeningSocket {
  readonly inode: string;
  /** An address at which it is reached from this machine. */
  readonly host: string;
  readonly port: number;
  /** Whether it is reached from this machine only. */
  readonly isLoopback: boolean;
}

/** Every listening TCP socket in the process's network namespace, whoever holds it. */
export function listeningSockets(pid: number | 'self'): ListeningSocket[] {
  return ['tcp', 'tcp6'].flatMap((table) => {
    const lines = (readProc(`${pid}/net/${table}`) ?? '').split('\n').slice(1);
    return lines.flatMap((line) => {
      // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
      const fields = line.trim().split(/\s+/);
      if (fields[3] !== LISTEN) return [];
      const [address, port] = fields[1].split(':');
      const host = table === 'tcp' ? ipv4(address) : '::1';
      const isLoopback = LOOPBACK.test(address);
      return [{ inode: fields[9], host, port: Number.parseInt(port, 16), isLoopback }];
    });
  });
}

/** The listening sockets that the process holds. */
export function ownListeningSockets(pid: number): ListeningSocket[] {
  const own = socketInodes(pid);
  return own.size === 0 ? [] : listeningSockets(pid).filter(({ inode }) => own.has(inode));
}

/** Inodes of all sockets of a process, none when they may not be seen. */
function socketInodes(pid: number): Set<string> {
  try {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readProcLink(`${pid}/fd/${fd}`));
    return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link ?? '')?.[1] ?? []));
  } catch {
    return new Set();
  }
}

/** Little-endian hexadecimal, as on every machine that Node runs on; 0.0.0.0 is all of the machine's addresses. */
function ipv4(hex: string): string {
  const bytes = Buffer.from(hex, 'hex').reverse();
  return bytes.every((byte) => byte === 0) ? '127.0.0.1' : bytes.join('.');
}
