import { type Origin, progress } from './state/recording.js';

/**
 * Recordings that came with the page: blocks that no browser executes, each of two lines of base64, the name and the
 * bytes.
 */
export function embedded(): Origin[] {
  const blocks = document.querySelectorAll('script[type="application/x-stackscope"]');
  return Array.from(blocks, (block) => {
    const [name, bytes] = block.textContent.trim().split('\n');
    return { name: textOf(name), content: async () => bytes };
  });
}

/** Recordings that the page's own server has: their names, from which their addresses follow. */
export function served(): Origin[] {
  const list = document.querySelector<HTMLMetaElement>('meta[name="stackscope-served"]');
  const names = list === null || list.content === '' ? [] : list.content.split(' ');
  return names.map((name, index) => ({ name: textOf(name), content: () => download(`recording/${index}`) }));
}

function textOf(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

async function download(address: string): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    throw new Error('`stackscope view` no longer runs: start it again, and open the address that it prints.');
  }
  if (!response.ok) throw new Error((await response.text()).trim());
  const size = Number(response.headers.get('content-length') ?? 0);
  const pieces: BlobPart[] = [];
  let length = 0;
  const reader = response.body!.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value as BlobPart);
    length += piece.value.length;
    if (size > 0) progress.value = length / size;
  }
  return new Blob(pieces);
}
