/** What `abeyance init` writes, by file name; the suite runs it. */
export const starterFiles: Readonly<Record<string, string>> = {
  'abeyance.yaml': `# Where jobs run, and who is told. Data only: no code, no secret values. Every line may be left out.
abeyance: 1

destinations:
  local:
    runner: local             # plain processes on this machine
    limits: { jobs: 4 }       # at once, over all runs
    # workFolder: /scratch/me # where attempts have their folders; .abeyance/work when not said
    # resources: { time: 1h } # for modules that do not say their own
  # cluster:                  # Slurm, Grid Engine or PBS; nothing is installed there
  #   runner: slurm
  #   host: login.hpc.example.org  # or a Host of ~/.ssh/config
  #   workFolder: ~/abeyance       # seen by the machines where jobs run; \`abeyance doctor cluster\` tries it

default: local
# route: { acme/align: local }   # module type -> destination
# use: [./my-modules.js]         # ES modules with module types, runners, notifiers of your own

# notifiers:
#   me: { kind: desktop }
#   mail:
#     { kind: email, host: smtp.example.org, user: me, password: { environment: SMTP_PASSWORD }, from: me@example.org, to: me@example.org }
#   lab: { kind: webhook, url: { environment: LAB_HOOK_URL }, secret: { file: ~/.config/lab-hook } }
# notices:
#   - { on: [run-finished, run-failed], to: [me, mail] }  # \`abeyance notify test\` tries them
#   - { on: [job-ended], where: { state: [failed, lost] }, to: [lab], quiet: '* 22-23,0-6 * * *', digest: '0 8 * * *' }

# logs: { keep: 64 MiB, tail: 64 KiB }  # kept of each stream when a job ends; read first of a large one
# retention: 30d                        # when the folders of ended jobs go: never, on-success, or a time
`,
  'hello.yaml': `# Two modules: \`count\` runs once for each text, \`report\` gathers what they gave.
abeyance: 1
name: hello
inputs:
  texts: { type: [string], default: [one two three, to be or not to be] }
modules:
  count:
    map: text
    script: |
      printf '%s' "$text" | wc -w > words.txt
    inputs: { text: $texts }
    outputs: { words: words.txt }
  report:
    script: |
      for file in "$@"; do cat "$file"; done > report.txt
    arguments: [$counts]
    inputs: { counts: $count.words }
    outputs: { report: report.txt }
outputs:
  report: $report.report
`,
}
