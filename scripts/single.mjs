// npm run build:single: the whole command as one file, build/stackscope.cjs, which needs nothing on disk, not even
// itself: `node - record -p 1 < stackscope.cjs`. It is made of dist/, with what dist/ reads from disk put into it.
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { build, install, ROOT, requireNode } from './steps.mjs';

const OUTPUT = join(ROOT, 'build', 'stackscope.cjs');
const DEMANGLER = join(ROOT, 'node_modules', 'gecko-profiler-demangle');

requireNode();
install();
build();
// Not before it is installed.
const { rolldown } = await import('rolldown');

const dist = (name) => join(ROOT, 'dist', name);
const packages = new Set([DEMANGLER]);

/** commander is loaded by `require` there, which no bundler follows. */
const commander = {
  name: 'commander',
  load: (id) => (id === dist('cli/commander.js') ? "export * from 'commander';" : null),
};

/** The text of a program and all that it imports. */
async function bundled(input, format) {
  const bundle = await rolldown({
    input: dist(input),
    platform: 'node',
    plugins: [commander],
    // `import.meta` is for the stackscope that is installed.
    checks: { emptyImportMeta: false },
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({
    format,
    codeSplitting: false,
    // Names are kept, for what it says of its own failures.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    comments: false,
  });
  await bundle.close();
  if (output.length !== 1) throw new Error(`${input} became ${output.length} files`);
  for (const id of output[0].moduleIds) {
    const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? [];
    if (folder !== undefined) packages.add(folder);
  }
  return output[0].code;
}

/** What src/own-files.ts reads, by the names that it uses. */
async function ownFiles() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const asIs = readdirSync(dist('agent'), { recursive: true }).filter((name) => name.endsWith('.cjs'));
  const contents = {
    'package.json': JSON.stringify({ version }),
    'demangler.wasm': readFileSync(join(DEMANGLER, 'index_bg.wasm')),
    ...Object.fromEntries(asIs.map((name) => [`agent/${name}`, readFileSync(dist(`agent/${name}`))])),
  };
  for (const name of ['agent/streamer.js', 'capture/launch-worker.js']) {
    contents[name] = await bundled(name, 'esm');
  }
  const packed = Object.entries(contents).map(([name, content]) => [
    name,
    deflateRawSync(content, { level: 9 }).toString('base64'),
  ]);
  return Object.fromEntries(packed);
}

/** The licences of all that is within, as they ask for. */
function notices() {
  const texts = [ROOT, ...packages].map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const [file] = readdirSync(folder).filter((each) => /^licen[cs]e(-mit)?(\.md)?$/i.test(each));
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
  });
  return `/*\n${texts.join('\n\n').replaceAll('*/', '* /')}\n*/\n`;
}

const command = (await bundled('cli/main.js', 'cjs')).replace(/^#!.*\n/, '');
const files = `const STACKSCOPE_FILES = ${JSON.stringify(await ownFiles())};\n`;
mkdirSync(dirname(OUTPUT), { recursive: true });
writeFileSync(OUTPUT, `#!/usr/bin/env node\n'use strict';\n${notices()}${files}${command}`);
chmodSync(OUTPUT, 0o755);
