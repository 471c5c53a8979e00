/** A queue of acts, each begun when the one before has ended, however that went. */
export interface OneAtATime {
  take<T>(act: () => Promise<T>): Promise<T>
  /** Resolves when what is there now has ended; undefined when there is nothing. */
  busy(): Promise<void> | undefined
}

export function oneAtATime(): OneAtATime {
  let last: Promise<void> | undefined
  return {
    take(act) {
      const mine = (last ?? Promise.resolve()).then(act)
      const over: Promise<void> = mine.then(
        () => forget(),
        () => forget(),
      )
      const forget = () => {
        if (last === over) last = undefined
      }
      last = over
      return mine
    },
    busy: () => last,
  }
}
