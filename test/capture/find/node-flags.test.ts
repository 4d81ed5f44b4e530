import { describe, expect, it } from 'vitest';
import { nodeFlags, notableFlags, programPart } from '../../../src/capture/find/node-flags.js';

describe("Node's flags", () => {
  it("are those before the script, and NODE_OPTIONS'", () => {
    const command = ['/usr/bin/node', '-r', './hook.js', '--inspect=0', 'server.js', '--disable-sigusr1'];
    expect(nodeFlags(command, ' --enable-source-maps  --max_old_space_size=300 ')).toEqual([
      '-r=./hook.js',
      '--inspect=0',
      '--enable-source-maps',
      '--max-old-space-size=300',
    ]);
    expect(nodeFlags(['node', '--inspect-port', '9300', 'a.js'], undefined)).toEqual(['--inspect-port=9300']);
    expect(nodeFlags(['node', '--', '--inspect'], undefined)).toEqual([]);
    expect(nodeFlags(['node', '-'], '')).toEqual([]);
    expect(nodeFlags(['node', '-r'], undefined)).toEqual(['-r=']);
    expect(nodeFlags([], undefined)).toEqual([]);
  });

  it('that matter to a recording are told from others, each once', () => {
    const flags = [
      ...['--inspect-port=0', '--no-warnings', '--perf-basic-prof', '--perf-basic-prof', '--inspector'],
      ...['--max-old-space-size=99', '--stack-size=9', '--disable-sigusr1', '--permission', '-r=./inspect'],
    ];
    expect(notableFlags(flags)).toEqual([
      ...['--inspect-port=0', '--perf-basic-prof', '--max-old-space-size=99', '--disable-sigusr1'],
      '--permission',
    ]);
  });

  it('are left out of what runs', () => {
    expect(
      programPart(['/opt/node-v22/bin/node', '--inspect', '-r', 'x', 'dist/app.js', '--port', '1']),
    ).toBe('node dist/app.js --port 1');
    expect(programPart(['node', '--no-warnings', '-e', 'run()'])).toBe('node -e run()');
    expect(programPart(['npm run dev'])).toBe('npm run dev');
    expect(programPart([])).toBe('');
  });
});
