/** Data that breaks a rule of the model or of its file. Who knows the file turns it into a `UserError`. */
export class Malformed extends Error {}
