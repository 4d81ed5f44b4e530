// The viewer's part of `npm run build` and `npm run dev`: src/viewer/ becomes one page, dist/viewer/page.html, whose
// script and style are in it and named by their hashes in its Content-Security-Policy.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './steps.mjs';

const SOURCE = join(ROOT, 'src', 'viewer');

/** The reader of perf.data needs the files of the machine that recorded: the page refuses such a file itself. */
const withoutPerfData = {
  name: 'without-perf-data',
  enforce: 'pre',
  resolveId(name, importer) {
    const isLazy = /\/(?:read-perf-data|symbolizer|same-kernel)\.js$/.test(name);
    return isLazy && importer?.endsWith('perf-data/format.ts') ? '\0no-perf-data' : undefined;
  },
  load: (id) => (id === '\0no-perf-data' ? 'export {}' : undefined),
};

export const viteOptions = {
  configFile: false,
  root: SOURCE,
  logLevel: 'warn',
  plugins: [withoutPerfData],
  worker: { format: 'iife', plugins: () => [withoutPerfData] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
};

/** Builds the page. */
export async function buildViewer() {
  const { build } = await import('vite');
  const { output } = await build({
    ...viteOptions,
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input: join(SOURCE, 'main.tsx') },
    },
  });
  const script = output.find(({ type }) => type === 'chunk').code.replaceAll('</script', '<\\/script');
  const style = output.find(({ fileName }) => fileName.endsWith('.css')).source;
  mkdirSync(join(ROOT, 'dist', 'viewer'), { recursive: true });
  writeFileSync(join(ROOT, 'dist', 'viewer', 'page.html'), page(script.trim(), String(style).trim()));
}

/** CONNECT stands for whom the page may ask: nobody, or the server that it came from. */
function page(script, style) {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'worker-src blob:',
    'img-src data: blob:',
    'connect-src CONNECT',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const html = readFileSync(join(SOURCE, 'index.html'), 'utf8');
  return html
    .replace(
      '<meta charset="utf-8">',
      (each) => `${each}\n<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    )
    .replace('</head>', () => `<style>${style}</style>\n</head>`)
    .replace(
      '<script type="module" src="./main.tsx"></script>',
      () => `<script type="module">${script}</script>`,
    );
}

function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
