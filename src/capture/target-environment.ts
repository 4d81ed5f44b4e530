import type { EngineSession } from './engine.js';

/** The environment the target gets: as it was, with the engine's options after those of the user in NODE_OPTIONS. */
export function targetEnvironment(
  env: Readonly<NodeJS.ProcessEnv>,
  { nodeOptions, env: added }: Pick<EngineSession, 'nodeOptions' | 'env'>,
): NodeJS.ProcessEnv {
  if (nodeOptions.length === 0) return { ...env, ...added };
  const users = env['NODE_OPTIONS'] ?? '';
  const options = [...(users === '' ? [] : [users]), ...nodeOptions].join(' ');
  return { ...env, ...added, NODE_OPTIONS: options };
}
