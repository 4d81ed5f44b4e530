import { shown } from '../parts/text.js';
import { cancel, progress } from '../state/recording.js';
import { OpenButton } from './header.js';

/** Nothing is open. */
export function Empty() {
  return (
    <main class="state">
      <h1>Open a recording</h1>
      <p>
        Drop a recording here, or pick one: .stackscope, .cpuprofile or what other profilers write (.gz too).
        It stays on this machine: this page sends nothing anywhere.
      </p>
      <OpenButton />
    </main>
  );
}

export function Loading({ name }: { name: string }) {
  return (
    <main class="state">
      <p>Reading {shown(name)} …</p>
      <progress max={1} value={progress.value} aria-label="Read so far" />
      <button type="button" onClick={cancel}>
        Cancel
      </button>
    </main>
  );
}

export function Failed({ message }: { message: string }) {
  return (
    <main class="state" role="alert">
      <h1>It cannot be opened</h1>
      <p>{shown(message)}</p>
      <OpenButton />
    </main>
  );
}
