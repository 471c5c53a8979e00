import { nativeId } from '../core/ids.ts'
import type { JobReport } from './job-report.ts'
import { readClaim, type Claim } from './read-claim.ts'
import { readExit } from './read-exit.ts'
import { readFacts, type Facts } from './read-facts.ts'
import type { KnownJob } from './runner.ts'

/**
 * What the facts of one job mean, as `look_at` printed them (rules J2, J3, J10). The exit file first, always; nothing has
 * ended while the command's group lives, also where its folder is gone and only what an earlier look told (`known`) says
 * which group that is; what cannot be read is `unclear`.
 */
export function judgeJob(line: string, known?: KnownJob, rooted = false): JobReport {
  const facts = readFacts(line)
  if (!facts) return unclear(line)
  const bereft = livesWithout(facts, known)
  if (bereft) return bereft
  const away = withoutWorkFolder(facts, known, rooted)
  if (away) return away.report
  if (facts.get('there') === 'no' || facts.get('there') === 'away')
    return { kind: 'absent', submitter: 'none', evidence: 'the host has no folder of this job' }
  if (facts.get('n') === '0') return unclaimed(facts, line)
  const claim = readClaim(facts)
  const exit = facts.get('exit')
  if (claim === undefined || exit === undefined) return unclear(line)
  if (exit !== '') return readExit(claim.incarnation, exit) ?? unclear(line)
  const wrapper = facts.get('wrapper')
  if (wrapper !== 'yes' && wrapper !== 'no' && wrapper !== 'unknown' && wrapper !== 'rebooted')
    return unclear(line)
  if (wrapper !== 'unknown') return diedWithout(claim, facts) ?? claim.running
  const evidence = `${claim.running.evidence}; its processes cannot be seen from here`
  return { ...claim.running, evidence, unseen: true }
}

/** A job whose claim or whole folder somebody removed, while what an earlier look told of lives, or may. */
export function livesWithout(facts: Facts, known: KnownJob | undefined): JobReport | undefined {
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

/**
 * A folder of which even the work folder is not there says nothing of a job that began: after a reboot it may not be mounted yet.
 * `rooted`: it was there before. Where nobody ever saw it, it was never made.
 */
export function withoutWorkFolder(
  facts: Facts,
  known: KnownJob | undefined,
  rooted = false,
): { readonly report: JobReport } | undefined {
  if (facts.get('there') !== 'away' || (known === undefined && !rooted)) return undefined
  return { report: unclear('the work folder is not there: it may not be mounted') }
}

/** An exit that stands without a claim that can be read: files that nobody touched for long may be removed by the host, under a long job. */
export function leftExit(facts: Facts, incarnation: string | undefined): JobReport | undefined {
  const exit = facts.get('exit') ?? ''
  return exit === '' || !/^[1-9]\d{0,8}$/.test(incarnation ?? '')
    ? undefined
    : readExit(Number(incarnation), exit)
}

/** The host itself proves that nothing of a claimed incarnation runs, though it wrote no exit. */
export function diedWithout(
  claim: Claim,
  facts: Facts,
): Extract<JobReport, { kind: 'vanished' }> | undefined {
  const { host, pid, incarnation } = claim
  const wrapper = facts.get('wrapper')
  if (wrapper === 'rebooted')
    return {
      kind: 'vanished',
      reason: 'node-failure',
      incarnation,
      evidence: `${host} was started anew since the job began there`,
    }
  if (wrapper === 'no' && facts.get('group') === 'no')
    return {
      kind: 'vanished',
      reason: 'wrapper-killed',
      incarnation,
      evidence: `wrapper ${pid} on ${host} is gone without an exit file, and nothing of its group runs`,
    }
  return undefined
}

export const revokedBeforeItsStart: JobReport = {
  kind: 'vanished',
  reason: 'cancelled-by-us',
  incarnation: 0,
  evidence: 'revoked before it started',
}

function unclaimed(facts: Facts, line: string): JobReport {
  const native = facts.get('native')
  const submitter = facts.get('submitter')
  const left = leftExit(facts, facts.get('left'))
  if (left !== undefined) return left
  if (facts.get('revoked') === 'yes') return revokedBeforeItsStart
  if (native !== undefined && native !== '' && facts.get('waits') === 'yes')
    return { kind: 'queued', nativeId: nativeId(native), evidence: `submitted as ${native}, not started yet` }
  if (native !== undefined && native !== '' && facts.get('waits') === 'unknown')
    return unclear(`process ${native} was started on a machine that cannot be seen from here`)
  if (submitter === 'alive') return { kind: 'submitting', evidence: 'the process that submits it still runs' }
  if (submitter !== 'none' && submitter !== 'gone' && submitter !== 'unknown') return unclear(line)
  return { kind: 'absent', submitter, evidence: `nothing claimed it; its submitter: ${submitter}` }
}

function unclear(line: string): JobReport {
  return { kind: 'unclear', evidence: line.slice(0, 500) }
}
