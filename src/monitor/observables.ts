// What we use of rxjs, from the files that it is in: the whole is 235 files, which take longer to load than all of ours (77 ms of the
// start of a process). rxjs exports these paths, and they are the same things that `rxjs` gives.

export { BehaviorSubject } from 'rxjs/internal/BehaviorSubject'
export { Observable } from 'rxjs/internal/Observable'
export { Subject } from 'rxjs/internal/Subject'
export { firstValueFrom } from 'rxjs/internal/firstValueFrom'
export { defer } from 'rxjs/internal/observable/defer'
export { from } from 'rxjs/internal/observable/from'
export { fromEvent } from 'rxjs/internal/observable/fromEvent'
export { merge } from 'rxjs/internal/observable/merge'
export { race } from 'rxjs/internal/observable/race'
export { filter } from 'rxjs/internal/operators/filter'
export { scan } from 'rxjs/internal/operators/scan'
export { skipWhile } from 'rxjs/internal/operators/skipWhile'
export { takeUntil } from 'rxjs/internal/operators/takeUntil'
export { takeWhile } from 'rxjs/internal/operators/takeWhile'
