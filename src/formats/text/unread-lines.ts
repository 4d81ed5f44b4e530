import type { Quality } from '../../profile/quality.js';

const SHOWN = 60;

/** Lines of a text that are nothing a reader knows. */
export class UnreadLines {
  count = 0;
  private first = 0;
  private text = '';

  /** `number` from 1. */
  add(number: number, text: string): void {
    this.count++;
    if (this.count > 1) return;
    this.first = number;
    this.text = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  }

  /** The last line that was added was something after all. */
  takeBack(): void {
    this.count--;
  }

  /** `line 3, 'what it says'`. */
  get place(): string {
    return `line ${this.first}, '${this.text}'`;
  }

  note(quality: Quality): void {
    if (this.count === 0) return;
    const lines = this.count === 1 ? 'A line of the text was' : `${this.count} lines of the text were`;
    quality.note('TEXT_LINES_SKIPPED', `${lines} not understood and left out, the first is ${this.place}.`);
  }
}
