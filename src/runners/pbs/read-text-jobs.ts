import type { PbsAnswer, PbsJob } from './pbs-job.ts'

/**
 * Reads what `qstat -f` prints, closed by a line `# end` of ours. Long values go on in lines that begin with a tab; the wrappers
 * around Slurm begin attributes with one, and fold nothing.
 */
export function readTextJobs(text: string): PbsAnswer {
  const close = text.search(/^# end$/m)
  const blocks = (close < 0 ? text : text.slice(0, close)).split(/^(?=Job Id:)/m)
  const before = blocks[0]?.startsWith('Job Id:') ? '' : (blocks.shift() ?? '')
  const unread = before.trim() === '' ? [] : [before.slice(0, 500)]
  // Without its last line the answer may end anywhere, and so may the job that comes last.
  if (close < 0) unread.push((blocks.pop() ?? 'the answer is cut off').slice(0, 500))
  const jobs: PbsJob[] = []
  for (const block of blocks) {
    const id = /^Job Id:\s*(\d\S*)\s*\n/.exec(block)?.[1]
    if (id === undefined) unread.push(block.slice(0, 500))
    else jobs.push(readBlock(id, block))
  }
  return { jobs, unread }
}

function readBlock(id: string, block: string): PbsJob {
  const indent = block.startsWith('Job Id:\t') ? '\t' : '    '
  const attributes = new Map<string, string>()
  let last: string | undefined
  for (const line of block.split('\n').slice(1)) {
    const [, key, value = ''] = line.startsWith(indent) ? (/^\s+([\w.]+) = ?(.*)$/.exec(line) ?? []) : []
    // Of one that comes twice the first counts: a value may hold line breaks, and look like anything after them. Our own comes last.
    if (key !== undefined) last = attributes.has(key) && key !== 'closes' ? undefined : key
    if (key !== undefined && last !== undefined) attributes.set(key, value)
    else if (last !== undefined && line.startsWith('\t'))
      attributes.set(last, `${attributes.get(last) ?? ''}${line.slice(1)}`)
  }
  return {
    id,
    dialect: attributes.has('Exit_status') || attributes.has('substate') ? 'openpbs' : 'torque',
    attributes,
  }
}
