// What the commands use of rxjs beside what the monitor does, from the files that it is in: see there.

export * from '../monitor/observables.ts'
export { lastValueFrom } from 'rxjs/internal/lastValueFrom'
export { EMPTY } from 'rxjs/internal/observable/empty'
export { NEVER } from 'rxjs/internal/observable/never'
export { of } from 'rxjs/internal/observable/of'
export { timer } from 'rxjs/internal/observable/timer'
export { auditTime } from 'rxjs/internal/operators/auditTime'
export { catchError } from 'rxjs/internal/operators/catchError'
export { concatMap } from 'rxjs/internal/operators/concatMap'
export { map } from 'rxjs/internal/operators/map'
export { timeout, TimeoutError } from 'rxjs/internal/operators/timeout'
