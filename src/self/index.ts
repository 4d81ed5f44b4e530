/** `stackscope/agent` for who imports it; index.cts, for who requires it, is the same module. */
import agent from './index.cjs';

export const { startRecording } = agent;
export type { Recording, RecordingOptions, RecordingResult } from './protocol.js';
