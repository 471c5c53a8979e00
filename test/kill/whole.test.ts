import { killTests } from './kill-tests.ts'

killTests({ name: 'the engine killed with KILL', points: 'all', seeds: 20 })
