import { doc, held, type Bench } from '../../workspace/bench.ts'

/** A study of three samples: a map over a group, jobs that print in colours, one that fails, one that is held until it is let go. */
export function study(on: Bench) {
  return doc(`name: study of three samples
inputs:
  samples: { type: [string], default: [alpha, 'beta β', gamma] }
modules:
  clean:
    map: sample
    group:
      inputs: { sample: string }
      modules:
        trim:
          script: |
            printf '\\033[32mtrimming\\033[0m %s\\n' "$sample"
            printf 'two of %s lines look odd\\n' "$sample" >&2
            echo "$sample" > out
          inputs: { sample: $sample }
          outputs: { out: out }
        filter:
          script: sort "$reads" > out; echo kept all
          inputs: { reads: $trim.out }
          outputs: { out: out }
      outputs: { good: $filter.out }
    inputs: { sample: $samples }
  align:
    label: Align to the reference
    ${held(on, 'align')}
    inputs: { reads: $clean.good }
  check:
    script: echo no index beside the reference >&2; exit 3
    arguments: [$reads]
    inputs: { reads: $clean.good }
  report:
    script: cat "$aligned" > out
    inputs: { aligned: $align.out }
    outputs: { out: out }
outputs: { report: $report.out }
`)
}
