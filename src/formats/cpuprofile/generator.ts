/** Value of the top-level `generator` field of files we write. */
export const GENERATOR = 'stackscope';
