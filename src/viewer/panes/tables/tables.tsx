import { useMemo } from 'preact/hooks';
import type { NamedWeight } from '../../../analysis/text-groups.js';
import { LAYER_NAMES } from '../../../profile/layers.js';
import { Swatch } from '../../parts/swatch.js';
import { keyName, keyPlace, shortPlace, shown } from '../../parts/text.js';
import { layer, pattern, tab } from '../../state/view.js';
import type { Facts, View } from '../../worker/protocol.js';
import { type Column, Table } from './table.js';
import { weightColumns } from './weight-columns.js';

/** Functions; one that is chosen is looked for in the flame graph. */
export function Functions({ facts, view }: { facts: Facts; view: View }) {
  const columns = useMemo(() => functionColumns(facts, view), [facts, view]);
  const { func } = view.functions;
  return (
    <Table
      label="Functions"
      rows={func.length}
      columns={columns}
      onRow={(row) => lookFor(facts.functions.names[func[row]])}
    />
  );
}

function functionColumns(facts: Facts, view: View): Column[] {
  const { func, self, total } = view.functions;
  const { layers } = facts.functions;
  const words = (title: string, textOf: (func: number) => string, spare = false): Column => ({
    title,
    isNumber: false,
    spare,
    value: (row) => textOf(func[row]),
    cell: (row) => textOf(func[row]),
  });
  return [
    ...weightColumns(
      view,
      (row) => self[row],
      (row) => total[row],
    ),
    {
      ...words('function', (id) => keyName(facts, id)),
      cell: (row) => (
        <>
          <Swatch layer={layers[func[row]]} />
          <span class="name">{keyName(facts, func[row])}</span>
        </>
      ),
    },
    words('layer', (id) => LAYER_NAMES[layers[id]], true),
    {
      ...words('where', (id) => keyPlace(facts, id), true),
      cell: (row) => {
        const place = keyPlace(facts, func[row]);
        return <span title={place}>{shortPlace(place)}</span>;
      },
    },
  ];
}

export function Packages({ view }: { view: View }) {
  return <NamedTable label="Packages" title="package" rows={view.packages} view={view} />;
}

export function Files({ view }: { view: View }) {
  return <NamedTable label="Files" title="file" rows={view.files} view={view} />;
}

interface NamedTableProps {
  readonly label: string;
  readonly title: string;
  readonly rows: readonly NamedWeight[];
  readonly view: View;
}

function NamedTable({ label, title, rows, view }: NamedTableProps) {
  const columns = useMemo(
    () => [
      ...weightColumns(
        view,
        (row) => rows[row].self,
        (row) => rows[row].total,
      ),
      {
        title,
        isNumber: false,
        value: (row: number) => rows[row].name,
        cell: (row: number) => <span class="name">{shown(rows[row].name)}</span>,
      },
    ],
    [title, rows, view],
  );
  return (
    <Table label={label} rows={rows.length} columns={columns} onRow={(row) => lookFor(rows[row].name)} />
  );
}

/** Layers; one that is chosen is what alone is seen from then on. */
export function Layers({ view }: { view: View }) {
  const rows = view.layers;
  const columns = useMemo(
    () => [
      ...weightColumns(
        view,
        (row) => rows[row].self,
        (row) => rows[row].total,
      ),
      {
        title: 'layer',
        isNumber: false,
        value: (row: number) => LAYER_NAMES[rows[row].layer],
        cell: (row: number) => (
          <>
            <Swatch layer={rows[row].layer} />
            <span class="name">{LAYER_NAMES[rows[row].layer]}</span>
          </>
        ),
      },
    ],
    [rows, view],
  );
  const onRow = (row: number) => {
    layer.value = layer.value === rows[row].layer ? undefined : rows[row].layer;
  };
  return <Table label="Layers" rows={rows.length} columns={columns} onRow={onRow} />;
}

function lookFor(text: string): void {
  pattern.value = { text, regex: false };
  tab.value = 'flame';
}
