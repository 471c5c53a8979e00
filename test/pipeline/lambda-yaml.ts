export const lambdaYaml = `abeyance: 1
name: lambda digest
inputs:
  genome:  { type: file, default: lambda.fa }          # beside this document
  enzymes: { type: [string], default: [EcoRI, BamHI, HindIII] }
modules:
  digest:
    map: enzyme                                        # once for each element of what enzyme is given
    command: [node, $tool, --enzyme, $enzyme, $genome]
    inputs:
      tool: { file: digest.mjs }
      genome: $genome
      enzyme: $enzymes
    outputs: { fragments: fragments.tsv }
  gel:
    command: [node, $tool, --out, gel.svg, $tables]    # $tables: one word for each file, in order
    inputs: { tool: { file: gel.mjs }, tables: $digest.fragments }
    outputs: { picture: gel.svg }
outputs:
  picture: $gel.picture
`
