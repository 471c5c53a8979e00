import { modulePath, type JobKey, type ModulePath } from '../core/ids.ts'
import type { AskedWait } from '../modules/asked-wait.ts'
import { noticeIdOf } from '../monitor/job-notices.ts'
import type { Notice } from '../notifiers/notifier.ts'
import type { RunRecord } from '../records/run-record.ts'

/** What is told when somebody is to answer; never the token itself, which notifiers would carry through other people's hands. */
export function askedNotice(run: Pick<RunRecord, 'id' | 'name'>, key: JobKey, wait: AskedWait): Notice {
  const module = moduleOf(run, key)
  const told = { at: wait.since, about: { run: run.id, pipeline: run.name, module } }
  const until = wait.deadline === undefined ? '' : `\nUntil ${new Date(wait.deadline).toISOString()}.`
  if (wait.kind === 'token')
    return {
      id: noticeIdOf('callback-awaited', key, wait.since),
      event: 'callback-awaited',
      ...told,
      title: `${run.name}: ${module} waits to be called back`,
      text: `${wait.message ?? 'Somebody is to call back.'}${until}\nThe address: abeyance token ${run.id} ${module}`,
    }
  const { approvers } = wait
  return {
    id: noticeIdOf('approval-needed', key, wait.since),
    event: 'approval-needed',
    ...told,
    title: `${run.name}: ${module} needs approval`,
    text: `${wait.message}${approvers ? `\nAsked: ${approvers.join(', ')}.` : ''}${until}\nabeyance answer ${run.id} ${module} --approve (or --reject)`,
  }
}

export function moduleOf({ id }: Pick<RunRecord, 'id'>, key: JobKey): ModulePath {
  return modulePath(key.slice(id.length + 1))
}
