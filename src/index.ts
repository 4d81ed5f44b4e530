/** The library's public face. */
export { Profile, type RecordingInfo } from './profile/profile.js';
