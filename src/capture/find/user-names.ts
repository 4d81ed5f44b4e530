import { readFileSync } from 'node:fs';

/** Names of users as /etc/passwd has them; a user that it does not list goes by the number. */
export class UserNames {
  private readonly names = new Map<number, string>();

  constructor(text = readPasswd()) {
    for (const line of text.split('\n')) {
      const [name, , uid] = line.split(':');
      if (/^\d+$/.test(uid ?? '') && !this.names.has(Number(uid))) this.names.set(Number(uid), name);
    }
  }

  of(uid: number): string {
    return this.names.get(uid) ?? String(uid);
  }
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}
