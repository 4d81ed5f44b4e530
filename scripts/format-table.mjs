// node scripts/format-table.mjs: writes the table of docs/formats.md from the registry in dist/.
// A test fails when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './steps.mjs';

const { FORMATS } = await import(join(ROOT, 'dist/index.js'));
const path = join(ROOT, 'docs/formats.md');
const text = readFileSync(path, 'utf8');
const cell = (value) => String(value).replaceAll('|', '\\|').replaceAll('<', '\\<');
const rows = FORMATS.map(({ name, extensions, title, read, write, keeps, verified }) => {
  const suffixes = extensions.map((suffix) => `\`${suffix}\``).join(' ');
  const ways = [read ? 'yes' : '', write ? 'yes' : ''];
  return `| ${[`\`${name}\``, cell(title), suffixes, ...ways, cell(keeps), cell(verified)].join(' | ')} |`;
});
const table = [
  '| format | what it is | suffix | read | written | keeps | verified |',
  '|---|---|---|---|---|---|---|',
  ...rows,
].join('\n');
writeFileSync(
  path,
  text.replace(/(<!-- formats -->\n)[\s\S]*?(\n<!-- end -->)/, (_, begin, end) => begin + table + end),
);
