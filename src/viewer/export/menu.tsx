import { useSignal } from '@preact/signals';
import { shownChart } from '../panes/boxes/box-chart.js';
import { drawOnCanvas } from '../panes/boxes/draw.js';
import { client } from '../state/recording.js';
import { tab } from '../state/view.js';
import type { Facts } from '../worker/protocol.js';
import { save } from './save.js';
import { svgOf } from './svg.js';

/** Written by the worker, of the whole recording. */
const FORMATS = [
  { format: 'stackscope', suffix: '.stackscope' },
  { format: 'cpuprofile', suffix: '.cpuprofile' },
  { format: 'folded', suffix: '.folded' },
] as const;

const PICTURE_RATIO = 2;

/** What can be taken out of the page: a picture of what is seen, or the recording in another format. */
export function ExportMenu({ facts }: { facts: Facts }) {
  const isOpen = useSignal(false);
  const failure = useSignal('');
  const stem = facts.name.replace(/^.*[\\/]/, '').replace(/\.\w+$/, '') || 'recording';
  const hasPicture = tab.value === 'flame' || tab.value === 'chart';
  const take = (make: () => Promise<void> | void) => async () => {
    failure.value = '';
    try {
      await make();
      isOpen.value = false;
    } catch (error) {
      failure.value = (error as Error).message;
    }
  };
  return (
    <div class="menu">
      <button
        type="button"
        aria-haspopup="true"
        aria-expanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        Export
      </button>
      {isOpen.value && (
        <div class="menu-items" role="menu">
          <button type="button" role="menuitem" disabled={!hasPicture} onClick={take(() => savePng(stem))}>
            PNG of what is seen
          </button>
          <button type="button" role="menuitem" disabled={!hasPicture} onClick={take(() => saveSvg(stem))}>
            SVG of what is seen
          </button>
          <hr />
          {FORMATS.map(({ format, suffix }) => (
            <button
              type="button"
              role="menuitem"
              key={format}
              onClick={take(async () => save(`${stem}${suffix}`, await client.ask('write', { format })))}
            >
              {suffix}, whole recording
            </button>
          ))}
          {failure.value !== '' && <p class="bad">{failure.value}</p>}
        </div>
      )}
    </div>
  );
}

function saveSvg(stem: string): void {
  const chart = shownChart.value;
  if (chart) save(`${stem}.svg`, new Blob([svgOf(chart.scene())], { type: 'image/svg+xml' }));
}

async function savePng(stem: string): Promise<void> {
  const scene = shownChart.value?.scene();
  if (!scene) return;
  const canvas = new OffscreenCanvas(scene.width * PICTURE_RATIO, scene.height * PICTURE_RATIO);
  drawOnCanvas(canvas.getContext('2d') as unknown as CanvasRenderingContext2D, scene, PICTURE_RATIO);
  save(`${stem}.png`, await canvas.convertToBlob());
}
