import { useSignal } from '@preact/signals';
import { count, percent } from '../../parts/numbers.js';
import { shown } from '../../parts/text.js';
import type { Facts, View } from '../../worker/protocol.js';

/** How far the numbers can be trusted: always in sight, with its notes and their cures one click away. */
export function QualityBar({ facts, view }: { facts: Facts; view: View }) {
  const isOpen = useSignal(false);
  const { notes, lostSamples } = facts;
  const { whole, truncated, broken, unknown, unknownLeaf } = view.quality;
  const shares = [
    { name: 'whole stacks', kind: 'whole', share: whole },
    { name: 'cut by the depth limit', kind: 'truncated', share: truncated },
    { name: 'callers not known', kind: 'broken', share: broken },
  ].filter(({ share, kind }) => share > 0 || kind === 'whole');
  return (
    <section class="quality" aria-label="Quality">
      {isOpen.value && (
        <div class="notes">
          {notes.map(({ code, message, cure }) => (
            <p key={code}>
              <span class="warn">! </span>
              {shown(message)}
              {cure !== '' && <span class="cure"> → {shown(cure)}</span>}
            </p>
          ))}
        </div>
      )}
      <div class="quality-line">
        <strong>Quality</strong>
        <span class="quality-bar" aria-hidden="true">
          {shares.map(({ kind, share }) => (
            <span key={kind} class={kind} style={{ flexGrow: share }} />
          ))}
        </span>
        {shares.map(({ name, kind, share }) => (
          <span key={kind} class={`figure ${kind}`}>
            {percent(share, 1)} {name}
          </span>
        ))}
        <span class="figure">{percent(unknown, 1)} with unnamed code</span>
        <span class="figure spare">{percent(unknownLeaf, 1)} in it</span>
        {lostSamples > 0 && <span class="figure warn">{count(lostSamples)} samples lost</span>}
        {view.samples > 0 && (
          <span class="figure spare" title="The chance error of a share near 50 %, in points">
            ±{(98 / Math.sqrt(view.samples)).toFixed(1)} points
          </span>
        )}
        {notes.length > 0 && (
          <button
            type="button"
            class="notes-button"
            aria-expanded={isOpen.value}
            onClick={() => (isOpen.value = !isOpen.value)}
          >
            {notes.length} {notes.length === 1 ? 'note' : 'notes'} {isOpen.value ? '▾' : '▴'}
          </button>
        )}
      </div>
    </section>
  );
}
