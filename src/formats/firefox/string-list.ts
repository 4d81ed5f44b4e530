/** `stringArray`: texts by their index, each once. */
export class StringList {
  private readonly texts: string[] = [];
  private readonly indexes = new Map<string, number>();

  get length(): number {
    return this.texts.length;
  }

  intern(text: string): number {
    const known = this.indexes.get(text);
    if (known !== undefined) return known;
    this.indexes.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  get(index: number): string {
    return this.texts[index];
  }
}
