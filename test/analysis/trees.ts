import { type CallNode, type CallTree, markerKind } from '../../src/analysis/call-tree.js';
import { functionName } from '../../src/analysis/function-names.js';
import { FrameKind } from '../../src/profile/frames.js';
import type { Profile } from '../../src/profile/profile.js';

/** Draws a tree as lines `name total (self)` in ms, indented by depth: what tests compare. */
export function draw(profile: Profile, tree: CallTree, roots: readonly CallNode[]): string {
  const lines: string[] = [];
  const pending = [...roots].reverse().map((node) => ({ node, depth: 0 }));
  while (pending.length > 0) {
    const { node, depth } = pending.pop()!;
    const kind = markerKind(tree, node.key);
    const name =
      kind === FrameKind.Call ? functionName(profile, node.key) : `[${FrameKind[kind].toLowerCase()}]`;
    const self = node.self === 0 ? '' : ` (${node.self / 1e6})`;
    lines.push(`${'  '.repeat(depth)}${name} ${node.total / 1e6}${self}`);
    for (const child of node.children().reverse()) pending.push({ node: child, depth: depth + 1 });
  }
  return `\n${lines.join('\n')}\n`;
}
