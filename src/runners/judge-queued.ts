import { nativeId } from '../core/ids.ts'
import type { JobReport } from './job-report.ts'
import { diedWithout, leftExit, livesWithout, revokedBeforeItsStart, withoutWorkFolder } from './judge-job.ts'
import { judgeExit, type ExitCase, type Judgement } from './judge-exit.ts'
import { readClaim, type Claim } from './read-claim.ts'
import { readFacts, type Facts } from './read-facts.ts'
import type { KnownJob } from './runner.ts'
import { whereIs, type Place } from './where-is.ts'

/** What a job is judged with, beside its folder. */
export interface QueuedCase extends ExitCase {
  readonly known?: KnownJob
  /** The work folder was there before. */
  readonly rooted?: boolean
  /** Somebody waits for it to be cleared up: then that nobody can tell is `unclear`, else nothing new. */
  readonly urgent: boolean
  /** Milliseconds after which a submission whose client is dead can not arrive any more. */
  readonly messageTimeout: number
}

const quiet: JobReport = Object.freeze({ kind: 'quiet' })

/**
 * What folder, queue and accounting together mean for a job of a scheduler (rules J2, J3). An exit file is an end; without one only
 * a final word of the scheduler or the proof by processes is; what is in doubt while the scheduler cannot be asked stays so.
 */
export function judgeQueued(line: string, given: QueuedCase): Judgement {
  const facts = readFacts(line)
  if (!facts) return unclear(line)
  const names = facts.get('names')
  const about = names === undefined || names === '' ? given : { ...given, arrays: names.split(',') }
  const judged = judgeFolder(line, facts, about)
  const { report } = judged
  const fresh = facts.get('fresh') ?? 'yes'
  // What is not in the folder counts only where its machine was made to look anew.
  const isByLack = report.kind === 'absent' || (report.kind === 'vanished' && report.hearsay)
  if (!isByLack || fresh === 'yes') return judged
  if (fresh === 'no') return { report: quiet, wants: 'queue' }
  return {
    ...unclear(`its folder cannot be written to, so what is new there may go unseen: ${line}`),
    wants: 'queue',
  }
}

function judgeFolder(line: string, facts: Facts, about: QueuedCase): Judgement {
  if (facts.get('there') === 'no') return withoutFolder(facts, about)
  if (facts.get('there') === 'away')
    return withoutWorkFolder(facts, about.known, about.rooted) ?? withoutFolder(facts, about)
  if (facts.get('n') === '0') return unclaimed(facts, about, line)
  const claim = readClaim(facts)
  const exit = facts.get('exit')
  if (exit === undefined) return unclear(line)
  if (claim === undefined) return spoiled(facts, about, line)
  if (exit !== '') return judgeExit(claim, exit, facts, about)
  return claimed(claim, facts, about, line)
}

/** A claim that a full disk left empty: nobody knows whose it was, so an exit, or the scheduler's word that it failed, is all there can be. */
function spoiled(facts: Facts, about: QueuedCase, line: string): Judgement {
  const left = leftExit(facts, facts.get('n'))
  if (left !== undefined) return { report: left }
  const noted = facts.get('native') ?? ''
  const at = whereIs(noted === '' ? about.known?.nativeId : nativeId(noted), about)
  const isOver = at.kind === 'ended' && (at.final === 'failure' || at.final === 'success')
  if (isOver && at.final === 'failure') return ended(at, Number(facts.get('n')) || 0, quiet)
  if (isOver) return { report: absent('gone', `its claim cannot be read; ${at.evidence}`) }
  return { ...unclear(line), wants: 'queue' }
}

function withoutFolder(facts: Facts, about: QueuedCase): Judgement {
  const { known } = about
  const lives = facts.get('lives')
  const bereft = known?.processes !== undefined && lives === 'yes' ? livesWithout(facts, known) : undefined
  if (bereft) return { report: bereft }
  const at = whereIs(known?.nativeId, about)
  const gone = 'its folder is gone from the host'
  switch (at.kind) {
    case 'not-asked':
      return { report: quiet, wants: 'queue' }
    case 'unknown':
      return inDoubt(at.words, about)
    case 'renamed':
      return { ...unclear(at.words), wants: 'queue' }
    case 'listed': {
      const evidence = `${gone}; ${at.evidence}`
      if (at.phase === 'held') return { report: { kind: 'held', nativeId: at.native, evidence } }
      if (at.phase === 'waiting' || known === undefined || known.incarnation === 0)
        return { report: { kind: 'queued', nativeId: at.native, evidence } }
      const { incarnation, startedAt, processes } = known
      const more = processes === undefined ? {} : { processes }
      const running = { kind: 'running', nativeId: at.native, incarnation, startedAt } as const
      return { report: { ...running, evidence, ...more, bereft: true } }
    }
    case 'open':
      return unclear(`${gone}; ${at.evidence}`)
    case 'ended':
      return ended(at, known?.incarnation ?? 0, { kind: 'absent', submitter: 'none', evidence: gone })
    case 'nowhere':
      return { report: { kind: 'absent', submitter: 'none', evidence: `${gone}; ${at.evidence}` } }
  }
}

function unclaimed(facts: Facts, about: QueuedCase, line: string): Judgement {
  const submitter = facts.get('submitter')
  const noted = facts.get('native') ?? ''
  const left = leftExit(facts, facts.get('left'))
  if (left !== undefined) return { report: left }
  if (facts.get('revoked') === 'yes')
    return (about.known?.incarnation ?? 0) > 0
      ? withoutFolder(facts, about)
      : { report: revokedBeforeItsStart }
  if (submitter !== 'none' && submitter !== 'gone' && submitter !== 'unknown' && submitter !== 'alive')
    return unclear(line)
  const native = noted === '' ? about.known?.nativeId : nativeId(noted)
  const at = whereIs(native, about)
  if (at.kind === 'listed') return { report: waiting(at) }
  if (submitter === 'alive' && native === undefined)
    return { report: { kind: 'submitting', evidence: 'the process that submits it still runs' } }
  switch (at.kind) {
    case 'not-asked':
      return later(about)
    case 'unknown':
      return inDoubt(at.words, about)
    case 'renamed':
      return { ...unclear(at.words), wants: 'queue' }
    case 'open':
      return unclear(at.evidence)
    case 'ended':
      return ended(at, 0, absent(submitter, at.evidence))
    case 'nowhere': {
      const report = absent(submitter, at.evidence)
      if (submitter === 'none') return { report }
      return unseen(Number(facts.get('since')), report, native === undefined, about)
    }
  }
}

/** Submitted at `since`, and no trace of it: that is nothing yet while it may be too young, or on its way. */
function unseen(since: number, report: JobReport, isNameless: boolean, about: QueuedCase): Judgement {
  const { tag, now, messageTimeout, said } = about
  if (said.queue.kind === 'answered' && said.queue.at - since < youngest) return later(about)
  if (!isNameless) return { report }
  const found = said.found.get(tag)
  if (found === undefined) return later(about)
  if (found.kind === 'failed') return inDoubt(found.words, about)
  if (now - since >= messageTimeout) return { report }
  const when = new Date(since).toISOString()
  return {
    report: { kind: 'submitting', evidence: `no trace of it yet; what was sent at ${when} may still arrive` },
  }
}

/** Milliseconds after which a submission that was taken is in every list. */
const youngest = 5000

function claimed(claim: Claim, facts: Facts, about: QueuedCase, line: string): Judgement {
  const wrapper = facts.get('wrapper')
  if (wrapper !== 'yes' && wrapper !== 'no' && wrapper !== 'unknown' && wrapper !== 'rebooted')
    return unclear(line)
  const died = diedWithout(claim, facts)
  if (died === undefined && wrapper !== 'unknown') return { report: claim.running }
  if (died !== undefined && facts.get('revoked') === 'yes') return { report: died }
  const at = whereIs(claim.native, about)
  const { incarnation } = claim
  const pressing = died !== undefined || about.urgent
  switch (at.kind) {
    case 'not-asked':
      return pressing ? { report: quiet, wants: 'queue' } : { report: claim.running }
    case 'unknown':
      return pressing ? { ...inDoubt(at.words, about), wants: 'queue' } : { report: claim.running }
    case 'renamed':
      return { ...unclear(at.words), wants: 'queue' }
    case 'open':
      return unclear(at.evidence)
    case 'listed': {
      const { nativeId: native } = claim.running
      const evidence = `${claim.running.evidence}; ${at.evidence}`
      if (at.phase === 'held') return { report: { kind: 'held', nativeId: native, evidence } }
      if (at.phase === 'waiting') return { report: { kind: 'queued', nativeId: native, evidence } }
      if (died || at.phase === 'ending') return { report: quiet, wants: 'queue' }
      return { report: { ...claim.running, evidence } }
    }
    case 'ended':
      return ended(at, incarnation, died ?? absent('gone', `${claim.running.evidence}; ${at.evidence}`))
    case 'nowhere':
      return { report: died ?? absent('gone', `${claim.running.evidence}; ${at.evidence}`) }
  }
}

/** Why the scheduler ended it, where that is no success; `otherwise` where it does not say, or holds it for done. */
function ended(at: Extract<Place, { kind: 'ended' }>, incarnation: number, otherwise: JobReport): Judgement {
  if (at.final === 'unsaid') return { report: quiet, wants: 'queue' }
  if (at.final !== 'failure') return { report: otherwise }
  return {
    report: { kind: 'vanished', reason: at.reason, incarnation, evidence: at.evidence, hearsay: true },
  }
}

function waiting({ phase, native, evidence }: Extract<Place, { kind: 'listed' }>): JobReport {
  if (phase === 'ending') return quiet
  if (phase === 'held') return { kind: 'held', nativeId: native, evidence }
  return { kind: 'queued', nativeId: native, evidence, ...(phase === 'running' && { started: true }) }
}

function absent(submitter: 'none' | 'gone' | 'alive' | 'unknown', evidence: string): JobReport {
  return { kind: 'absent', submitter, evidence }
}

function inDoubt(words: string, about: QueuedCase): Judgement {
  return about.urgent ? { ...unclear(words), wants: 'queue' } : later(about)
}

/** Nothing new; whoever waits for it has the queue asked at the next turn. */
function later({ urgent }: QueuedCase): Judgement {
  return urgent ? { report: quiet, wants: 'queue' } : { report: quiet }
}

function unclear(text: string): Judgement {
  return { report: { kind: 'unclear', evidence: text.slice(0, 500) } }
}
