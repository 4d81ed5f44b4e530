import { drawBoxes, type Scene } from '../panes/boxes/draw.js';
import { elide } from '../parts/text.js';

const SIZE = 11.5;
/** Width of an average letter of that size; SVG cuts nothing off. */
const LETTER = 6.4;

/** What is seen of a chart as an SVG picture. */
export function svgOf(scene: Scene): string {
  const { width, height, colours } = scene;
  const parts: string[] = [];
  drawBoxes(scene, {
    rect: (x, y, w, h, colour) => {
      parts.push(
        `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(w)}" height="${fixed(h)}" fill="${colour}"/>`,
      );
    },
    label: (x, y, w, name, colour) => {
      const text = elide(name, Math.floor(w / LETTER));
      if (text.length >= 3) {
        parts.push(
          `<text x="${fixed(x)}" y="${fixed(y + SIZE * 0.35)}" fill="${colour}">${escaped(text)}</text>`,
        );
      }
    },
  });
  const font = escaped(colours.font);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${fixed(width)}" height="${fixed(height)}" font-family="${font}" font-size="${SIZE}">`,
    `<rect width="100%" height="100%" fill="${colours.surface}"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function fixed(value: number): string {
  return value.toFixed(2);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
