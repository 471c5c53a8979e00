import assert from 'node:assert/strict'
import { lambdaYaml } from './lambda-yaml.ts'

/** The lambda document with one thing changed. */
export function changed(from: string, to: string): string {
  assert.ok(lambdaYaml.includes(from), `the document has no ${from}`)
  return lambdaYaml.replace(from, to)
}

/** One slip each in the lambda document, and what is said of it. */
export const slips: readonly (readonly [what: string, text: string, problem: RegExp])[] = [
  ['a syntax error', changed('[node, $tool, --enzyme', '[node, $tool: --enzyme: x'), /^line \d+:\d+ /],
  [
    'a format of a later version',
    changed('abeyance: 1', 'abeyance: 7'),
    /^line 1:11 the document has format 7, and this version of abeyance reads up to format 1; update abeyance$/,
  ],
  ['no format', changed('abeyance: 1\n', ''), /does not say its format; begin it with `abeyance: 1`$/],
  [
    'an unknown key of the pipeline',
    changed('outputs:\n  picture: $', 'output:\n  picture: $'),
    /^line 19:1 a pipeline has no key `output`; did you mean `outputs`\?$/,
  ],
  [
    'an unknown key of a module',
    changed('map:', 'mpa:'),
    /^line 8:5 module `digest` has no key `mpa`; did you mean `map`\?$/,
  ],
  [
    'an unknown type of an input',
    changed('[string]', '[strnig]'),
    /^line 5:21 the type of an input .* did you mean `string`\?$/,
  ],
  [
    'a default of the wrong type',
    changed('default: [EcoRI,', 'default: [3,'),
    /^line 5:30 the default of `enzymes` must be a string, not 3$/,
  ],
  [
    'an unknown module type',
    changed('command: [node, $tool, --enzyme, $enzyme, $genome]', 'type: acme/alin'),
    /^line 9:11 .*`acme\/alin`, which nobody handed in; did you mean `acme\/align`\?; name the file/,
  ],
  [
    'a module that does nothing',
    changed('command: [node, $tool, --enzyme, $enzyme, $genome]', ''),
    /^line 7:3 module `digest` does not say what it does; give it/,
  ],
  [
    'a name given twice',
    changed('  gel:', '  digest:'),
    /^line 15:3 `digest` stands here a second time; rename one of the two$/,
  ],
  [
    'a circle',
    changed('enzyme: $enzymes', 'enzyme: [$gel.picture]'),
    /^line \d+:3 modules wait for each other in a circle: (gel -> digest -> gel|digest -> gel -> digest); take one/,
  ],
  [
    'a reference to no module',
    changed('tables: $digest.fragments', 'tables: $digst.fragments'),
    /^line 17:48 there is no module `digst`; did you mean `digest`\?$/,
  ],
  [
    'a reference to no output',
    changed('tables: $digest.fragments', 'tables: $digest.fragment'),
    /^line 17:48 module `digest` has no output `fragment`; did you mean `fragments`\?; it has `fragments`$/,
  ],
  [
    'a reference to no input',
    changed('genome: $genome', 'genome: $genom'),
    /^line 12:15 there is no input `genom`; did you mean `genome`\?/,
  ],
  [
    'a module named without its output',
    changed('tables: $digest.fragments', 'tables: $digest'),
    /`digest` is a module: name one of its outputs, `\$digest\.fragments`$/,
  ],
  [
    'a word that names no input',
    changed('--enzyme, $enzyme', '--enzyme, $enzime'),
    /^line 9:38 `\$enzime` is no input of the module; did you mean `enzyme`\?; add it/,
  ],
  [
    'a dollar sign without a meaning',
    changed('--enzyme,', '--cost=$5,'),
    /^line 9:28 the dollar sign in `--cost=\$5` names no input; write `\$\$`/,
  ],
  [
    'a list inside a larger word',
    changed('gel.svg, $tables', 'gel.svg, --in=$tables'),
    /^line 16:44 `tables` is a list and stands inside the larger word `--in=\$tables`; a word that is only/,
  ],
  [
    'a list that a script cannot hold',
    changed('command: [node, $tool, --out, gel.svg, $tables]', 'script: node "$tool" "$tables"'),
    /^line 17:40 `tables` is a list, which no variable of a script can hold; add `arguments: \[\$tables\]`/,
  ],
  [
    'a map over no input',
    changed('map: enzyme', 'map: enzmye'),
    /^line 8:10 module `digest` is mapped over `enzmye`, which is none of its inputs; did you mean `enzyme`\?$/,
  ],
  [
    'a map over what is no list',
    changed('map: enzyme', 'map: genome'),
    /^line 12:15 `\$genome` gives file, and `genome` takes \[json\]; write `\[\$genome\]` for a list of one$/,
  ],
  [
    'a port that no variable can be called after',
    changed('      genome: $genome', '      Genome: $genome'),
    /^line 12:7 the port `Genome` must begin with a lower-case letter/,
  ],
  [
    'a port that programs take for their own',
    changed('      genome: $genome', '      http_proxy: $genome'),
    /is a variable that programs take/,
  ],
  [
    'an output outside the job',
    changed('picture: gel.svg', 'picture: ../gel.svg'),
    /^line 18:25 the output `\.\.\/gel\.svg` is not within the job's own folder; give/,
  ],
  [
    'an absolute output',
    changed('picture: gel.svg', 'picture: { text: /tmp/x }'),
    /^line 18:33 the output `\/tmp\/x` is not within/,
  ],
  [
    'an unknown kind of output',
    changed('picture: gel.svg', 'picture: { fil: x }'),
    /the output `picture` must be one of `file`, `files`/,
  ],
  [
    'an unknown reason to retry',
    changed('outputs: { picture', 'retry: [{ on: [out-of-memroy], attempts: 2 }]\n    outputs: { picture'),
    /^line 18:20 .*did you mean `out-of-memory`\?$/,
  ],
  [
    'an unknown resource',
    changed('outputs: { picture', 'resources: { coers: 2 }\n    outputs: { picture'),
    /^line 18:18 `resources` has no key `coers`; did you mean `cores`\?$/,
  ],
  [
    'an unknown key of `logs`',
    changed('outputs: { picture', 'logs: { perSecnd: 1 MiB }\n    outputs: { picture'),
    /^line 18:13 `logs` has no key `perSecnd`; did you mean `perSecond`\?$/,
  ],
  [
    'a cap that is no size',
    changed('outputs: { picture', 'logs: { perJob: 0 B }\n    outputs: { picture'),
    /^line 18:21 `perJob` is "0 B": write it as 64 KiB or 16 MiB$/,
  ],
  [
    'a text where a number stands',
    changed('outputs: { picture', 'resources: { cores: many }\n    outputs: { picture'),
    /^line 18:25 `cores` must be a number, not "many"$/,
  ],
  [
    'a command and a script',
    changed('outputs: { picture', 'script: x\n    outputs: { picture'),
    /has both a `command` and a `script`; leave one of them out$/,
  ],
  [
    'a command that is one text',
    changed('[node, $tool, --out, gel.svg, $tables]', 'node $tool'),
    /^line 16:14 `command` must be a list of words; such as/,
  ],
  [
    'an output that is no reference',
    changed('picture: $gel.picture', 'picture: gel.svg'),
    /^line 20:12 an output of a pipeline is an output of a module, written `\$module\.port`/,
  ],
  [
    'a number that JSON cannot hold',
    changed('default: [EcoRI,', 'default: [12345678901234567890,'),
    /cannot hold exactly/,
  ],
]
