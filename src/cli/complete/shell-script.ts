export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/**
 * What a shell reads to complete our command lines. All of them ask the program that is being completed, so that they are right for its
 * version whenever they were made; what bash takes for separate words (`last:digest`, `--input=x`) is put together again there.
 */
export function shellScript(shell: Shell): string {
  return { bash, zsh, fish }[shell]
}

const bash = `# bash completion of abeyance. In ~/.bashrc: source <(abeyance completion bash)
_abeyance() {
  local line=\${COMP_LINE:0:COMP_POINT} word=\${COMP_WORDS[COMP_CWORD]} candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    case $candidate in
      :files) compopt -o default 2>/dev/null; return ;;
      :folders) compopt -o dirnames -o filenames 2>/dev/null; return ;;
      *[:=]) compopt -o nospace 2>/dev/null ;; # something follows it
    esac
    COMPREPLY+=("$candidate")
  done < <("\${COMP_WORDS[0]}" complete --shell bash --line "$line" --word "$word" 2>/dev/null)
}
complete -F _abeyance abeyance
`

const zsh = `#compdef abeyance
# zsh completion of abeyance. In ~/.zshrc, after compinit: source <(abeyance completion zsh)
_abeyance() {
  local -a answer values shown open openShown
  local line
  answer=("\${(@f)$("\${words[1]}" complete --shell zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case "\${answer[1]}" in
    :files) compset -P '--*='; _files; return ;;
    :folders) compset -P '--*='; _files -/; return ;;
  esac
  for line in "\${answer[@]}"; do
    [[ -z $line ]] && continue
    if [[ "\${line%%$'\\t'*}" == *[:=] ]]; then
      open+=("\${line%%$'\\t'*}"); openShown+=("\${line/$'\\t'/  -- }")
    else
      values+=("\${line%%$'\\t'*}"); shown+=("\${line/$'\\t'/  -- }")
    fi
  done
  (( $#values )) && compadd -l -d shown -a values
  (( $#open )) && compadd -l -S '' -d openShown -a open
  (( $#values + $#open ))
}
if [[ "$funcstack[1]" == _abeyance ]]; then
  _abeyance "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _abeyance abeyance
fi
`

const fish = `# fish completion of abeyance. Once: abeyance completion fish > ~/.config/fish/completions/abeyance.fish
function __abeyance_complete
    set -l words (commandline -opc)
    set -l word (string unescape -- (commandline -ct))
    or set word (commandline -ct)
    test (count $word) -gt 0
    or set word ''
    set -l answer ($words[1] complete --shell fish -- $words[2..-1] "$word" 2>/dev/null)
    switch "$answer[1]"
        case ':files'
            __fish_complete_path "$word"
        case ':folders'
            __fish_complete_directories "$word"
        case '*'
            test (count $answer) -gt 0
            and printf '%s\\n' $answer
    end
end
complete -c abeyance -f -a '(__abeyance_complete)'
`
