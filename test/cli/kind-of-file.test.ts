import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kindOfFile } from '../../src/cli/kind-of-file.js';

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['<!doctype html><title>404</title>', 'an HTML page'],
  ['\n<html lang="en">', 'an HTML page'],
  ['<?xml version="1.0"?>\n<svg xmlns="x">', 'an SVG image'],
  ['<?xml version="1.0"?><a/>', 'an XML document'],
  ['%PDF-1.7', 'a PDF document'],
  ['PK\x03\x04...', 'a zip archive (.zip, .jar, .docx): unpack it first'],
  ['{"snapshot":{"meta":{}}}', 'a heap snapshot: it tells of memory, not of time'],
  ['{"a":1}', 'JSON of another kind'],
  ['[1,2]', 'JSON of another kind'],
  [
    '7f0000001000 40 JS:*hot /a.js:1:1\n7f0000002000 40 x\n',
    'a perf map, which names code and has no samples',
  ],
  ['version https://git-lfs.github.com/spec/v1', 'a git LFS pointer: the file itself was not fetched'],
  ['#!/bin/sh\n', 'a script'],
  ['Dear reader,', 'text of another kind'],
  [' \n\t ', 'blank text'],
  ['\0\0\0\0', 'nothing but zero bytes'],
  ['\x01\x02\x03abc', 'binary data of another kind'],
])('%j is %s', (text, kind) => {
  expect(kindOfFile(bytes(text))).toBe(kind);
});

test('real files are what they are', () => {
  expect(kindOfFile(readFileSync(process.execPath).subarray(0, 65_536))).toMatch(/^an ELF program|macOS/);
  const archive = execFileSync('tar', ['-cf', '-', 'package.json'], {
    cwd: join(import.meta.dirname, '../..'),
  });
  expect(kindOfFile(archive)).toBe('a tar archive: unpack it first');
});
