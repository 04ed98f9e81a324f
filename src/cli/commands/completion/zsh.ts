// The completion script for zsh, with a line of explanation beside each word.

import type { CompletionTree } from './tree.js';

/** `word:what it is` in single quotes; colons in the word and quotes in the text would end them early. */
function described(name: string, summary: string): string {
  return `'${name.replaceAll(':', '\\:')}:${summary.replaceAll("'", "'\\''")}'`;
}

export function zshScript(tree: CompletionTree): string {
  const nouns = tree.nouns.map((noun) => described(noun.name, noun.summary));
  const verbs = tree.nouns
    .filter((noun) => noun.verbs.length > 0)
    .map(
      (noun) =>
        `    ${noun.name}) choices=(${noun.verbs.map((v) => described(v.name, v.summary)).join(' ')}) ;;`,
    );
  const flags = tree.verbs
    .filter((verb) => verb.flags.length > 0)
    .map(
      (verb) =>
        `    '${verb.path}') flags=(${verb.flags.map((f) => described(f.flag, f.summary)).join(' ')}) ;;`,
    );
  return `#compdef relay
# zsh completion for relay; made by: relay completion zsh
_relay() {
  local noun verb word i
  local -a flags globals names
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "$word" in
      --config|--socket|-o|--output) i=$((i + 1)) ;;
      -*) ;;
      *) if [[ -z "$noun" ]]; then noun="$word"; elif [[ -z "$verb" ]]; then verb="$word"; fi ;;
    esac
  done
  local current="\${words[CURRENT]}"
  local -a choices
  globals=(${tree.globals.map((each) => described(each.flag, each.summary)).join(' ')})
  case "$noun\${verb:+ $verb}" in
${flags.join('\n')}
  esac
  if [[ "$current" == -* ]]; then
    _describe -o 'flag' flags -- globals
    return
  fi
  if [[ -n "$verb" ]]; then
    names=(\${(f)"$(relay __complete "$noun" "$verb" 2>/dev/null)"})
    if (( $#names )); then compadd -a names; else _files; fi
    return
  fi
  case "$noun" in
    '') choices=(${nouns.join(' ')}) ;;
${verbs.join('\n')}
    completion) choices=(bash zsh fish) ;;
    help) choices=(exit-codes environment formats) ;;
  esac
  _describe 'command' choices
}
if [ "$funcstack[1]" = "_relay" ]; then _relay; else compdef _relay relay; fi
`;
}
