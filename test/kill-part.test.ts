import { killTests } from './kill/kill-tests.ts'

// An evenly spread part of `npm run test:kill`.
killTests({ name: 'the engine killed with KILL, in part', points: 'part', seeds: 1 })
