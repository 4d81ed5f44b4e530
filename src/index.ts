/// <reference types="node" preserve="true" />
/**
 * The library's public face, see docs/library.md: record a program, open a recording of any format, look at it, write it
 * in another.
 */
export { type CombineOptions, combineProfiles, type NamedProfile } from './analysis/combine/index.js';
export { type SelectionOptions, select } from './analysis/selection.js';
export { type Summary, summarize } from './analysis/summary.js';
export { type View, type ViewOptions, viewProfile } from './analysis/view/index.js';
export type { AttachEvents } from './capture/attach/index.js';
export type { TargetExit } from './capture/engine.js';
export type { RecordEvents, RecordingControl } from './capture/record.js';
export { type OpenOptions, openProfile } from './cli/open-profile.js';
export { writeProfile } from './cli/write-profile.js';
export type { Format, Holding, WriteOptions } from './formats/format.js';
export { FORMATS } from './formats/index.js';
export { type AttachOptions, type AttachResult, attach } from './library/attach.js';
export { type RecordOptions, type RecordResult, record } from './library/record.js';
export { type Report, type ReportOptions, report } from './library/report.js';
export { UserError } from './profile/errors.js';
export { Profile, type RecordingInfo } from './profile/profile.js';
export { applySourceMaps, type SourceMapOptions } from './symbols/source-maps/index.js';
