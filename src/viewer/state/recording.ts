import { signal } from '@preact/signals';
import type { Facts } from '../worker/protocol.js';
import { Client, WorkerFailure } from './client.js';
import { forgetView } from './view.js';

/** A recording that the page can open: its bytes, as base64 where they came with the page, or where they are served. */
export interface Origin {
  readonly name: string;
  readonly content: () => Promise<Blob | string>;
}

export type Phase =
  | { readonly kind: 'empty' }
  | { readonly kind: 'loading'; readonly name: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'open'; readonly facts: Facts };

export const phase = signal<Phase>({ kind: 'empty' });
/** The share of the file that has been read, 0 to 1. */
export const progress = signal(0);
/** What came with the page or was dropped on it. */
export const origins = signal<readonly Origin[]>([]);
export const current = signal(0);

export const client = new Client((share) => {
  progress.value = share;
});

let opening = 0;

/** Opens one of `origins`; another that is being opened is given up. */
export async function open(index: number): Promise<void> {
  const origin = origins.value[index];
  const turn = ++opening;
  if (phase.value.kind === 'loading') client.restart();
  current.value = index;
  progress.value = 0;
  phase.value = { kind: 'loading', name: origin.name };
  try {
    const file = await origin.content();
    const facts = await client.ask('open', { name: origin.name, file });
    if (turn !== opening) return;
    forgetView(facts);
    phase.value = { kind: 'open', facts };
  } catch (error) {
    if (turn === opening) phase.value = { kind: 'failed', message: words(error) };
  }
}

export function cancel(): void {
  opening++;
  client.restart();
  phase.value = { kind: 'empty' };
}

/** Opens files that were dropped or picked, the first of them at once. */
export function openFiles(files: Iterable<File>): void {
  const added = [...files].map((file) => ({ name: file.name, content: async () => file }));
  if (added.length === 0) return;
  const first = origins.value.length;
  origins.value = [...origins.value, ...added];
  void open(first);
}

function words(error: unknown): string {
  if (error instanceof WorkerFailure && error.code === '')
    return `This should not have happened: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
