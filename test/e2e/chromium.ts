import { join } from 'node:path';
import { TOOLS } from './stackscope.js';

/** Headless, as root, and without a word to the network. */
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The part of playwright-core that is used; `npm run check` does without it. */
interface Playwright {
  readonly chromium: {
    launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser>;
  };
}

export interface Browser {
  newPage(options?: { viewport: { width: number; height: number } }): Promise<Page>;
  close(): Promise<void>;
}

export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
  on(event: 'request', take: (request: { url(): string }) => void): void;
  on(event: 'pageerror', take: (error: Error) => void): void;
  on(event: 'dialog', take: (dialog: { dismiss(): Promise<void> }) => void): void;
  click(selector: string): Promise<void>;
  setInputFiles(selector: string, file: string): Promise<void>;
  waitForSelector(selector: string): Promise<unknown>;
  waitForEvent(event: 'download'): Promise<{ path(): Promise<string> }>;
  getByText(text: string): { click(): Promise<void> };
  textContent(selector: string): Promise<string | null>;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  close(): Promise<void>;
}

/** Debian's Chromium. */
export async function startChromium(): Promise<Browser> {
  const { chromium } = (await import(join(TOOLS, 'playwright-core/index.mjs'))) as Playwright;
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM_FLAGS });
}
