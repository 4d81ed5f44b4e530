/** The library's public face: open a recording of any format, look at it, record a program. */
export { type SelectionOptions, select } from './analysis/selection.js';
export { type Summary, summarize } from './analysis/summary.js';
export { type AttachOptions, type AttachResult, attach } from './capture/attach/index.js';
export { type RecordOptions, type RecordResult, record } from './capture/record.js';
export { openProfile } from './cli/open-profile.js';
export { UserError } from './profile/errors.js';
export { Profile, type RecordingInfo } from './profile/profile.js';
export { applySourceMaps, type SourceMapOptions } from './symbols/source-maps/index.js';
