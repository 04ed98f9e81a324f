// The completion script for bash (3.2 and later: macOS still has that one, so no associative arrays).

import type { CompletionTree } from './tree.js';

const words = (list: readonly string[]): string => list.join(' ');

export function bashScript(tree: CompletionTree): string {
  const verbs = tree.nouns
    .filter((noun) => noun.verbs.length > 0)
    .map((noun) => `    ${noun.name}) words="${words(noun.verbs.map((verb) => verb.name))}" ;;`);
  const flags = tree.verbs
    .filter((verb) => verb.flags.length > 0)
    .map((verb) => `    "${verb.path}") flags="${words(verb.flags.map((each) => each.flag))}" ;;`);
  return `# bash completion for relay; made by: relay completion bash
_relay() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" noun="" verb="" word words="" flags="" path i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      --config|--socket|-o|--output) i=$((i + 1)) ;;
      -*) ;;
      *) if [ -z "$noun" ]; then noun="$word"; elif [ -z "$verb" ]; then verb="$word"; fi ;;
    esac
  done
  path="$noun\${verb:+ $verb}"
  if [ -z "$noun" ]; then words="${words(tree.nouns.map((noun) => noun.name))}"
  elif [ -z "$verb" ]; then case "$noun" in
${verbs.join('\n')}
    completion) words="bash zsh fish" ;;
    help) words="exit-codes environment formats" ;;
  esac; fi
  case "$path" in
${flags.join('\n')}
  esac
  if [[ "$cur" == -* ]]; then
    words="$flags ${words([...tree.globals.map((each) => each.flag), '--help'])}"
  elif [ -n "$verb" ]; then
    words="$(relay __complete "$noun" "$verb" 2>/dev/null)"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _relay relay
`;
}
