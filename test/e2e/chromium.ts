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
  newPage(options?: object): Promise<Page>;
  close(): Promise<void>;
}

interface Locator {
  click(options?: object): Promise<void>;
  count(): Promise<number>;
  first(): Locator;
  textContent(): Promise<string>;
  allInnerTexts(): Promise<string[]>;
  boundingBox(): Promise<{ x: number; y: number; width: number; height: number } | null>;
  fill(text: string): Promise<void>;
  focus(): Promise<void>;
  waitFor(options?: object): Promise<void>;
  getAttribute(name: string): Promise<string | null>;
}

export interface Page {
  goto(url: string): Promise<unknown>;
  url(): string;
  reload(): Promise<unknown>;
  locator(selector: string): Locator;
  getByRole(role: string, options?: { name: string | RegExp; exact?: boolean }): Locator;
  getByText(text: string): Locator;
  setInputFiles(selector: string, file: string | readonly string[]): Promise<void>;
  click(selector: string): Promise<void>;
  textContent(selector: string): Promise<string | null>;
  waitForSelector(selector: string): Promise<unknown>;
  waitForEvent(event: 'download'): Promise<{ path(): Promise<string>; suggestedFilename(): string }>;
  evaluate<T>(expression: string): Promise<T>;
  addInitScript(script: { content: string }): Promise<void>;
  on(event: 'request', take: (request: { url(): string }) => void): void;
  on(event: 'pageerror', take: (error: Error) => void): void;
  on(event: 'dialog', take: (dialog: { dismiss(): Promise<void> }) => void): void;
  on(event: 'console', take: (message: { type(): string; text(): string }) => void): void;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  readonly mouse: {
    move(x: number, y: number, options?: object): Promise<void>;
    down(): Promise<void>;
    up(): Promise<void>;
    wheel(x: number, y: number): Promise<void>;
  };
  close(): Promise<void>;
}

/** Debian's Chromium; `flags` are added to ours. */
export async function startChromium(flags: readonly string[] = []): Promise<Browser> {
  const { chromium } = (await import(join(TOOLS, 'playwright-core/index.mjs'))) as Playwright;
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...CHROMIUM_FLAGS, ...flags] });
}
