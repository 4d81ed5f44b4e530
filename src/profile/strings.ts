/** Index of a text in the profile's string table; 0 is the empty string, used for "none". */
export type StringId = number;

/** The longest text kept, in UTF-16 units; longer ones (hostile or generated names) are cut and end in `…`. */
export const MAX_STRING_LENGTH = 65_536;

/** Every text of a profile, stored once. */
export class StringTable {
  private readonly texts: string[] = [''];
  private readonly ids = new Map<string, StringId>([['', 0]]);

  get length(): number {
    return this.texts.length;
  }

  intern(text: string): StringId {
    const kept = text.length > MAX_STRING_LENGTH ? `${text.slice(0, MAX_STRING_LENGTH - 1)}…` : text;
    const known = this.ids.get(kept);
    if (known !== undefined) return known;
    const id = this.texts.length;
    this.texts.push(kept);
    this.ids.set(kept, id);
    return id;
  }

  /** Adds a text as read from a file, under the next id even when it is there already. */
  append(text: string): StringId {
    const id = this.texts.length;
    this.texts.push(text);
    if (!this.ids.has(text)) this.ids.set(text, id);
    return id;
  }

  get(id: StringId): string {
    return this.texts[id];
  }
}
