import { nativeId } from '../core/ids.ts'
import { isReason } from '../core/reason.ts'
import type { Exit, JobReport } from './job-report.ts'
import type { KnownJob } from './runner.ts'

/**
 * What the facts of one job mean, as `look_at` printed them (rules J2, J3, J10). The exit file first, always; nothing has
 * ended while the command's group lives, also where its folder is gone and only what an earlier look told (`known`) says
 * which group that is; what cannot be read is `unclear`.
 */
export function judgeJob(line: string, known?: KnownJob): JobReport {
  const facts = readFacts(line)
  if (!facts) return unclear(line)
  const bereft = livesWithout(facts, known)
  if (bereft) return bereft
  if (facts.get('there') === 'no')
    return { kind: 'absent', submitter: 'none', evidence: 'the host has no folder of this job' }
  const n = facts.get('n')
  if (n === '0') return unclaimed(facts, line)
  const incarnation = Number(n)
  if (!Number.isSafeInteger(incarnation) || incarnation < 1) return unclear(line)
  return claimed(incarnation, facts, line)
}

function readFacts(line: string): ReadonlyMap<string, string> | undefined {
  const words = line.split(' ')
  if (words.pop() !== '.') return undefined
  const facts = new Map<string, string>()
  for (const word of words) {
    const cut = word.indexOf('=')
    if (cut < 1) return undefined
    facts.set(word.slice(0, cut), word.slice(cut + 1))
  }
  return facts
}

/** A job whose claim or whole folder somebody removed, while what an earlier look told of lives, or may. */
function livesWithout(
  facts: ReadonlyMap<string, string>,
  known: KnownJob | undefined,
): JobReport | undefined {
  const lives = facts.get('lives') ?? 'no'
  if (lives === 'no' || known === undefined) return undefined
  const { nativeId: native, incarnation, startedAt, processes } = known
  const what = lives === 'yes' ? 'its processes live' : 'its processes cannot be seen from here'
  const evidence = `its folder is gone from the host, and ${what}`
  const unseen = lives === 'yes' ? {} : ({ unseen: true } as const)
  if (native === undefined) return unclear(evidence)
  if (incarnation === 0) return { kind: 'queued', nativeId: native, evidence }
  const more = processes === undefined ? {} : { processes }
  return {
    kind: 'running',
    nativeId: native,
    incarnation,
    startedAt,
    evidence,
    ...more,
    bereft: true,
    ...unseen,
  }
}

function unclaimed(facts: ReadonlyMap<string, string>, line: string): JobReport {
  const native = facts.get('native')
  const submitter = facts.get('submitter')
  if (facts.get('revoked') === 'yes')
    return {
      kind: 'vanished',
      reason: 'cancelled-by-us',
      incarnation: 0,
      evidence: 'revoked before it started',
    }
  if (native !== undefined && native !== '' && facts.get('waits') === 'yes')
    return { kind: 'queued', nativeId: nativeId(native), evidence: `submitted as ${native}, not started yet` }
  if (submitter === 'alive') return { kind: 'submitting', evidence: 'the process that submits it still runs' }
  if (submitter !== 'none' && submitter !== 'gone' && submitter !== 'unknown') return unclear(line)
  return { kind: 'absent', submitter, evidence: `nothing claimed it; its submitter: ${submitter}` }
}

function claimed(incarnation: number, facts: ReadonlyMap<string, string>, line: string): JobReport {
  const claim = /^([^,]+),\d+,([^,]+),(\d+),([^,]*),([^,]*),[^,]*,(\d+)$/.exec(facts.get('owner') ?? '')
  const [, native, where, pid, start, boot, startedAt] = claim ?? []
  if (native === undefined || where === undefined) return unclear(line)
  const host = where.replace(/\/.*/, '') // without its pid namespace, which says nothing to people
  const exit = facts.get('exit')
  if (exit === undefined) return unclear(line)
  if (exit !== '') return ended(incarnation, exit, line)
  const wrapper = facts.get('wrapper')
  const group = facts.get('group')
  if (wrapper === 'rebooted')
    return {
      kind: 'vanished',
      reason: 'node-failure',
      incarnation,
      evidence: `${host} was started anew since the job began there`,
    }
  if (wrapper === 'no' && group === 'no')
    return {
      kind: 'vanished',
      reason: 'wrapper-killed',
      incarnation,
      evidence: `wrapper ${pid} on ${host} is gone without an exit file, and nothing of its group runs`,
    }
  if (wrapper !== 'yes' && wrapper !== 'no' && wrapper !== 'unknown') return unclear(line)
  const leader = facts.get('leader')
  const processes =
    leader !== undefined && /^\d+,./.test(leader) && `${where},${boot},${pid},${start},${leader}`
  const how = {
    yes: '',
    no: '; its wrapper is gone, its processes live',
    unknown: '; its processes cannot be seen from here',
  }[wrapper]
  return {
    kind: 'running',
    nativeId: nativeId(native),
    incarnation,
    startedAt: Number(startedAt),
    evidence: `claimed by wrapper ${pid} on ${host}${how}`,
    ...(processes === false ? {} : { processes }),
    ...(wrapper === 'unknown' && { unseen: true }),
  }
}

function ended(incarnation: number, text: string, line: string): JobReport {
  const fields = /^v1,(\d{1,3}),([A-Z0-9]+|-),([a-z-]+),(\d+),(\d+),(\d+),(\d+),end$/.exec(text)
  const [, code, signal, why, startedAt, endedAt, out, err] = fields ?? []
  if (code === undefined || signal === undefined || why === undefined) return unclear(line)
  if (why !== '-' && !isReason(why)) return unclear(line)
  const reason = why !== '-' && isReason(why) ? { reason: why } : {}
  const exit: Exit =
    signal === '-'
      ? { kind: 'code', code: Number(code), ...reason }
      : { kind: 'signal', signal: `SIG${signal}`, ...reason }
  return {
    kind: 'ended',
    incarnation,
    exit,
    startedAt: Number(startedAt),
    endedAt: Number(endedAt),
    evidence: `exit file of run.${incarnation}: code ${code}, ${out} bytes of stdout, ${err} of stderr`,
  }
}

function unclear(line: string): JobReport {
  return { kind: 'unclear', evidence: line.slice(0, 500) }
}
