/** Milliseconds that a person may take over all questions of a login together. */
export const patience = 10 * 60 * 1000
