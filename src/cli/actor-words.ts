/** Nothing had to be done: what it feeds is known already. */
export const notNeeded = 'not needed'
/** Its destination takes no more now. */
export const waitingForPlace = 'waiting for a place'
