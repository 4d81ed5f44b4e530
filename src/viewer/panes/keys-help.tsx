import { useEffect, useRef } from 'preact/hooks';

const KEYS: readonly (readonly [string, string])[] = [
  ['/  or  Ctrl-F', 'find a function or file'],
  ['n   N', 'next, previous match'],
  ['1 … 6', 'flame graph, time chart, tables'],
  ['← → ↑ ↓', 'go from box to box, from row to row'],
  ['Enter', 'zoom to the box; find the row’s function'],
  ['+  −   w  s', 'zoom in, out'],
  ['a   d', 'move left, right'],
  ['PgUp   PgDn', 'scroll'],
  ['Esc   0', 'show all'],
  ['i', 'icicle or flame'],
  ['c', 'copy name and place'],
  ['x', 'take off every filter'],
  ['wheel', 'zoom; with Shift scroll'],
  ['drag', 'move; in the overview: select a range'],
];

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-label="Keys">
      <h2>Keys</h2>
      <table>
        <tbody>
          {KEYS.map(([keys, words]) => (
            <tr key={keys}>
              <th>{keys}</th>
              <td>{words}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
