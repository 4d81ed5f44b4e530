import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Chart } from './panes/chart/chart.js';
import { Crumbs } from './panes/crumbs.js';
import { focusFind, step } from './panes/find.js';
import { Flame } from './panes/flame/flame.js';
import { Header } from './panes/header.js';
import { KeysHelp } from './panes/keys-help.js';
import { Legend } from './panes/legend.js';
import { Overview } from './panes/overview/overview.js';
import { QualityBar } from './panes/quality/quality.js';
import { Empty, Failed, Loading } from './panes/states.js';
import { Files, Functions, Layers, Packages } from './panes/tables/tables.js';
import { phase } from './state/recording.js';
import { showAll, TABS, type Tab, tab, upwards, view, viewFailure } from './state/view.js';
import type { Facts, View } from './worker/protocol.js';

const TAB_NAMES: Readonly<Record<Tab, string>> = {
  flame: 'Flame graph',
  chart: 'Time chart',
  functions: 'Functions',
  packages: 'Packages',
  files: 'Files',
  layers: 'Layers',
};

export function App() {
  const isHelpOpen = useSignal(false);
  const { value: now } = phase;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => pageKey(event, () => (isHelpOpen.value = true));
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <Header
        facts={now.kind === 'open' ? now.facts : undefined}
        onHelp={() => {
          isHelpOpen.value = true;
        }}
      />
      {now.kind === 'empty' && <Empty />}
      {now.kind === 'loading' && <Loading name={now.name} />}
      {now.kind === 'failed' && <Failed message={now.message} />}
      {now.kind === 'open' && <Opened facts={now.facts} />}
      {isHelpOpen.value && (
        <KeysHelp
          onClose={() => {
            isHelpOpen.value = false;
          }}
        />
      )}
    </>
  );
}

function Opened({ facts }: { facts: Facts }) {
  const { value: seen } = view;
  return (
    <>
      <Overview facts={facts} />
      <nav class="bar">
        <div class="tabs" role="tablist">
          {TABS.map((each) => (
            <button
              type="button"
              role="tab"
              key={each}
              aria-selected={tab.value === each}
              onClick={() => {
                tab.value = each;
              }}
            >
              {TAB_NAMES[each]}
            </button>
          ))}
        </div>
        {tab.value === 'flame' && (
          <button type="button" class="plain" title="i" onClick={() => (upwards.value = !upwards.value)}>
            {upwards.value ? 'flame ↑' : 'icicle ↓'}
          </button>
        )}
        <Crumbs facts={facts} />
      </nav>
      {seen && <Legend view={seen} />}
      <main class="pane" role="tabpanel" aria-label={TAB_NAMES[tab.value]}>
        {viewFailure.value !== '' && <p class="empty bad">{viewFailure.value}</p>}
        {seen === undefined ? <p class="empty">Summing …</p> : <Pane facts={facts} seen={seen} />}
      </main>
      {seen && <QualityBar facts={facts} view={seen} />}
    </>
  );
}

function Pane({ facts, seen }: { facts: Facts; seen: View }) {
  const { value: shown } = tab;
  if (shown === 'chart') return <Chart facts={facts} view={seen} />;
  if (shown === 'functions') return <Functions facts={facts} view={seen} />;
  if (shown === 'packages') return <Packages view={seen} />;
  if (shown === 'files') return <Files view={seen} />;
  if (shown === 'layers') return <Layers view={seen} />;
  if (seen.flame.key.length > 0) return <Flame facts={facts} view={seen} />;
  return <p class="empty">Nothing that is selected ran: take off a filter above.</p>;
}

/** The keys that work wherever the focus is, but for fields that are typed in. */
function pageKey(event: KeyboardEvent, onHelp: () => void): void {
  const isFind = event.key === 'f' && (event.ctrlKey || event.metaKey);
  const isTyping = /^(?:input|select|textarea)$/i.test((event.target as Element).tagName ?? '');
  if (!isFind && (isTyping || event.ctrlKey || event.metaKey || event.altKey)) return;
  const wanted = TABS[Number(event.key) - 1];
  if (isFind || event.key === '/') focusFind();
  else if (event.key === 'n') step(1);
  else if (event.key === 'N') step(-1);
  else if (event.key === 'x') showAll();
  else if (event.key === 'i') upwards.value = !upwards.value;
  else if (event.key === '?') onHelp();
  else if (wanted !== undefined) tab.value = wanted;
  else return;
  event.preventDefault();
}
