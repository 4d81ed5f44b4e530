import type { Layer } from '../../profile/layers.js';
import { percent } from '../amounts.js';
import type { FlameTree } from './flame-tree.js';
import type { Layout } from './layout.js';
import { joined, type Markup, xml } from './markup.js';
import { DEFAULT_WIDTH, type Look } from './options.js';
import { colorOf, type LegendEntry, legendOf } from './palettes.js';
import { SCRIPT } from './script.js';

const PAD = 10;
const TITLE_Y = 28;
const SUBTITLE_Y = 46;
const LEGEND_Y = 66;

/** What is written above the boxes, and how weights are told. */
export interface Words {
  readonly title: string;
  readonly subtitle: string;
  readonly amount: (weight: number) => string;
}

/** The picture's markup, in pieces. */
export function* svgDocument(tree: FlameTree, layout: Layout, look: Look, words: Words): Generator<string> {
  const legend = legendOf(look.colors, layersOf(tree, layout));
  const aboutY = (legend.length > 0 ? LEGEND_Y : SUBTITLE_Y) + 22;
  const top = aboutY + 10;
  const width = look.imageWidth ?? DEFAULT_WIDTH;
  const height = top + (layout.deepest + 1) * look.frameHeight + PAD;
  yield opening(look, words, { width, height, top }).text;
  yield* boxes(tree, layout, look, { width, top, amount: words.amount });
  yield header(words, legend, { width, top, aboutY }).text;
  yield `<script><![CDATA[\n${SCRIPT}\n]]></script>\n</svg>\n`;
}

interface Size {
  readonly width: number;
  readonly height: number;
  /** Where the boxes begin. */
  readonly top: number;
}

function opening(look: Look, { title }: Words, { width, height, top }: Size): Markup {
  const { frameHeight, fontSize, fontWidth, fontFamily, inverted, nameType, background } = look;
  const data = xml`data-width="${width}" data-height="${height}" data-pad="${PAD}" data-top="${top}" data-row="${frameHeight}" data-letter="${fontSize * fontWidth}" data-base="${baseline(look)}" data-inverted="${inverted ? 1 : 0}" data-fluid="${look.imageWidth === undefined ? 1 : 0}" data-name="${nameType}"`;
  const [above, below] = background ?? [];
  const sky =
    above === undefined || below === undefined
      ? xml``
      : xml`<linearGradient id="sky" x2="0" y2="1"><stop stop-color="${above}" offset="5%"/><stop stop-color="${below}" offset="95%"/></linearGradient>
`;
  const paper = background === undefined ? xml`` : xml` style="fill:url(#sky)"`;
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" tabindex="0" font-size="${fontSize}" font-family="${fontFamily}" ${data}>
<style>${STYLE}</style>
${sky}<rect class="paper" data-fill="" width="${width}" height="${height}"${paper}/>
<title>${title}</title>
<g class="boxes">
`;
}

/** Dark where the reader's system is; the boxes are light in both. */
const STYLE = xml`
svg{outline:0}.paper{fill:#fcfbf9}.ink{fill:#1d1d24}.dim,.about{fill:#6b6b76}.title{font-size:17px;font-weight:600}
.found{fill:#8a1fb5;font-weight:600}.boxes text{fill:#16161c;pointer-events:none}.boxes g{cursor:pointer}
.boxes g:hover rect{filter:brightness(1.08);stroke:#1d1d24;stroke-width:.7}.above{opacity:.45}
.current rect{stroke:#1d1d24;stroke-width:1.6}.searched .boxes g:not(.match) rect{opacity:.38}
.boxes .match rect{fill:#d65cf2}.button{cursor:pointer;fill:#2f6fb3}.button:hover{text-decoration:underline}
.holder input{box-sizing:border-box;width:168px;height:24px;font:12px system-ui,sans-serif;padding:2px 8px;border:1px solid #b9b9c2;border-radius:12px;outline:0}
.holder input:focus{border-color:#2f6fb3}
@media (prefers-color-scheme:dark){.paper{fill:#1b1b20}.ink{fill:#ececf1}.dim,.about{fill:#a2a2ae}.button{fill:#8ab8ec}.found{fill:#e29bfa}
.boxes g:hover rect,.current rect{stroke:#fff}.holder input{background:#26262d;color:#ececf1;border-color:#4a4a55}}
`;

function baseline({ frameHeight, fontSize }: Look): number {
  return (frameHeight - 1) / 2 + fontSize * 0.35;
}

const PIECE = 65_536;

function* boxes(
  tree: FlameTree,
  layout: Layout,
  look: Look,
  { width, top, amount }: { width: number; top: number; amount: Words['amount'] },
): Generator<string> {
  const { frameHeight, fontSize, fontWidth, inverted } = look;
  const { frame } = tree.nodes.columns;
  const all = tree.totals[0];
  const scale = (width - 2 * PAD) / (all || 1);
  const base = baseline(look);
  const markup = new BoxMarkup(tree, look);
  let text = '';
  for (let i = 0; i < layout.length; i++) {
    const node = layout.node[i];
    const total = tree.totals[node];
    const x = PAD + layout.start[i] * scale;
    const boxWidth = total * scale;
    const y = top + (inverted ? layout.depth[i] : layout.deepest - layout.depth[i]) * frameHeight;
    const { about, look: looks, name } = markup.of(node === 0 ? 0 : frame.data[node]);
    const label = fitted(name, (boxWidth - 6) / (fontSize * fontWidth));
    const words = label === '' ? NO_LABEL : xml`<text x="${x + 4}" y="${y + base}">${label}</text>`;
    const share = percent(all === 0 ? 0 : total / all);
    text +=
      xml`<g><title>${about}${amount(total)} (${share})</title><rect x="${x}" y="${y}" width="${boxWidth}"${looks}/>${words}</g>
`.text;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield text;
}

const NO_LABEL = xml``;

interface Box {
  readonly name: string;
  /** The lines of its tip but the last, each ended. */
  readonly about: Markup;
  readonly look: Markup;
}

/** What boxes of one name have in common, made once. */
class BoxMarkup {
  private readonly made: (Box | undefined)[] = [];

  constructor(
    private readonly tree: FlameTree,
    private readonly look: Look,
  ) {}

  of(key: number): Box {
    const known = this.made[key];
    if (known !== undefined) return known;
    const { name, details, layer } = this.tree.boxes[key];
    const height = Math.max(1, this.look.frameHeight - 1);
    const box = {
      name,
      about: joined([name, ...details].map((line) => xml`${line}\n`)),
      look: xml` height="${height}" fill="${colorOf(this.look.colors, name, layer)}" rx="2"`,
    };
    this.made[key] = box;
    return box;
  }
}

/** What of a name has room for so many characters; '' where that is too little to tell anything. */
function fitted(name: string, room: number): string {
  const most = Math.floor(/[^\u0000-\u2e7f]/.test(name) ? room * 0.6 : room);
  if (most < 3) return '';
  if (name.length <= most) return name;
  const cut = name.slice(0, most - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

function header(
  words: Words,
  legend: readonly LegendEntry[],
  size: Omit<Size, 'height'> & { aboutY: number },
): Markup {
  const { width, top, aboutY } = size;
  const right = (offset: number) => xml`x="${width - offset}" data-right="${offset}" text-anchor="end"`;
  const button = (name: string, offset: number, label: string, y: number) =>
    xml`<text class="button ${name}" ${right(offset)} y="${y}" style="display:none">${label}</text>`;
  return xml`</g>
<g class="head">
<rect class="paper" data-fill="" width="${width}" height="${top - 2}"/>
<text class="ink title" x="${PAD}" y="${TITLE_Y}">${words.title}</text>
<text class="dim" x="${PAD}" y="${SUBTITLE_Y}">${words.subtitle}</text>
${legendMarkup(legend)}
<text class="about" x="${PAD}" y="${aboutY}" role="status"> </text>
${button('search', 22, 'Search', TITLE_Y - 1)}
${button('turn', 22, 'Turn over', SUBTITLE_Y + 2)}
${button('reset', 92, 'Reset zoom', SUBTITLE_Y + 2)}
<text class="found" ${right(22)} y="${LEGEND_Y}"> </text>
</g>
`;
}

/** Squares with names in a row. */
function legendMarkup(legend: readonly LegendEntry[]): Markup {
  let x = PAD;
  const entries = legend.map(({ name, color }) => {
    const entry = xml`<rect x="${x}" y="${LEGEND_Y - 9}" width="10" height="10" rx="2" fill="${color}"/><text class="dim" x="${x + 14}" y="${LEGEND_Y}">${name}</text>
`;
    x += 30 + Math.round(name.length * 6.6);
    return entry;
  });
  return joined(entries);
}

function layersOf(tree: FlameTree, { node, length }: Layout): Set<Layer | undefined> {
  const layers = new Set<Layer | undefined>();
  for (let i = 1; i < length; i++) layers.add(tree.box(node[i]).layer);
  return layers;
}
