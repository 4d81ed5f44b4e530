/** Characters that steer a terminal, hide, break lines or turn the direction of text. */
export const STEERING = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * The one way for a text from elsewhere to a terminal, a picture or a table: characters that steer are written as `\x1b`, `\n`, `\u202e`.
 */
export function visible(text: string): string {
  return text.replace(STEERING, (character) => {
    if (character === '\n') return '\\n';
    const hex = character.charCodeAt(0).toString(16);
    return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}
