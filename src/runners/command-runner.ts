import { quote } from '../core/quote.ts'
import type { Tag } from '../core/ids.ts'
import { shellPath } from '../core/shell-path.ts'
import { cancelJobs } from './cancel-jobs.ts'
import { cleanJobs } from './clean-jobs.ts'
import { fetchJob } from './fetch-job.ts'
import type { JobReport } from './job-report.ts'
import { hostChecks } from './host-checks.ts'
import { makeHost, type Host } from './host.ts'
import { lookUpJobs } from './look-up-jobs.ts'
import { measureDisk } from './measure-disk.ts'
import type { LookNews } from './parse-look.ts'
import { queuePace } from './queue-pace.ts'
import type { LookAnswer, LookQuestion, Runner, RunnerKind } from './runner.ts'
import type { Scheduler } from './scheduler.ts'
import { spoolEntries } from './spool-entries.ts'
import { submitJobs } from './submit-jobs.ts'
import { unpinFiles } from '../staging/unpin-files.ts'

/** The one runner behind all that is driven by commands, over any transport; what differs is in the table. */
export function commandRunner(scheduler: Scheduler): RunnerKind {
  return {
    kind: scheduler.kind,
    cannot: scheduler.cannot,
    arrays: scheduler.arrays !== undefined,
    checks: hostChecks(scheduler),
    open: (context) => openRunner(makeHost(scheduler, context)),
  }
}

const quiet: JobReport = Object.freeze({ kind: 'quiet' })

function openRunner(host: Host): Runner {
  const entries = spoolEntries(host.context.clock)
  const watch = watchSpool(host)
  const { clock, schedulerCommandsPerHour, usage, wake } = host.context
  const { queue } = host.scheduler
  const pace = queue && queuePace(clock, schedulerCommandsPerHour, usage)
  return {
    async submit(jobs, options) {
      const answers = await submitJobs(host, jobs, options)
      pace?.touch(host.arrays.most() > 1 ? answers : new Map())
      watch.start()
      return answers
    },
    async look(question, options) {
      await pace?.refresh()
      const next = pace?.next(question)
      const spared = pace?.spared
      const suspects = next?.more ?? []
      const doubtful = [...new Set([...question.doubtful, ...suspects])]
      const urgent = new Set([...(question.urgent ?? []), ...suspects])
      const news = await host.look(
        { ...question, doubtful, urgent, ...next, ...(pace && { wantedSince: pace.wantedSince }) },
        options,
      )
      watch.start()
      if (next && pace?.heard(question, next.may, news)) wake()
      const { logs, commands } = news
      const answer = {
        reports: reportsOf(question, news),
        logs,
        ...(pace && { commands }),
        ...(spared && { spared }),
      }
      entries.saw(news.spool, answer.reports)
      return answer
    },
    async settle(tags, options) {
      const over = entries.of(tags)
      const lines = [...over.values()].map(
        (names) => `rm -f ${names.map((name) => quote(`./${name}`)).join(' ')}`,
      )
      if (lines.length === 0) return
      await host.ask(removal(host.folders.spool, lines), options)
      entries.forget(over.keys())
    },
    cancel: (tags, options) => cancelJobs(host, tags, options),
    fetch: (job, options) => fetchJob(host, job, options),
    ...(queue && { lookUp: (ids, options) => lookUpJobs(host, queue, ids, options) }),
    clean: (tags, options) => cleanJobs(host, tags, options),
    disk: (options) => measureDisk(host, options),
    async unpin(digests, { signal }) {
      const { context, folders } = host
      const request = { deadline: 60_000, ...(signal && { signal }) }
      await unpinFiles({ transport: context.transport, kept: folders.kept, request }, digests)
    },
    async close() {
      watch.stop()
    },
  }
}

/** One report per job asked: what was found, `unclear` for what was asked and not answered, else nothing new. */
function reportsOf(question: LookQuestion, news: LookNews): LookAnswer['reports'] {
  const reports = new Map<Tag, JobReport>()
  for (const tag of question.jobs) reports.set(tag, quiet)
  for (const tag of question.doubtful)
    reports.set(tag, { kind: 'unclear', evidence: 'the answer ended before it came to this job' })
  for (const tag of reports.keys()) {
    const report = news.jobs.get(tag)
    if (report) reports.set(tag, report)
  }
  return reports
}

/** A job's entries are removed by one command, and many jobs' by one request. */
function removal(spool: string, lines: readonly string[]): string {
  return `{\ncd ${shellPath(spool)} || exit 1\n${lines.join('\n')}\n} </dev/null\n`
}

/** The spool is there once a job was submitted; until then there is nothing to be told, and each request tries again. */
function watchSpool({ context, folders }: Host): { start(): void; stop(): void } {
  let stop: (() => void) | undefined
  let closed = false
  return {
    start() {
      if (stop || closed) return
      try {
        stop = context.transport.watch(folders.spool, () => context.wake())
      } catch (error) {
        context.logger.debug({ error }, 'the spool cannot be watched yet; looks go by the clock')
      }
    },
    stop() {
      closed = true
      stop?.()
    },
  }
}
