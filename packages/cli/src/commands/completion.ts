// `p2p completion`: prints a script by which a shell completes command lines of p2p. The script asks
// `p2p --complete` and evaluates nothing that it prints: names of files come from the network.
import type { Invocation } from '../command-line/parse.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';

// The version of bash on macOS has neither mapfile nor compopt.
const scripts = {
  bash: `_p2p() {
  local found paths=1 line
  found=$(command p2p --complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null) && paths=0
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -n "$line" ]; then COMPREPLY+=("$line"); fi
  done <<<"$found"
  if [ "$paths" = 0 ]; then compopt +o bashdefault +o default 2>/dev/null; fi
  return 0
}
complete -o bashdefault -o default -F _p2p p2p
`,
  zsh: `#compdef p2p
_p2p() {
  local found line
  local -i paths=0
  local -a values shown
  found=$(command p2p --complete zsh "\${(@Q)words[1,CURRENT-1]}" "$PREFIX" 2>/dev/null) || paths=1
  for line in "\${(@f)found}"; do
    [[ -n $line ]] || continue
    values+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/  -- }")
  done
  if (( $#values )); then
    if [[ $found == *$'\\t'* ]]; then compadd -l -d shown -a -- values; else compadd -a -- values; fi
  elif (( paths )); then
    _default
  fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then
  _p2p "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _p2p p2p
fi
`,
  fish: `function __p2p_complete
  if not command p2p --complete fish (commandline -opc) (commandline -ct) 2>/dev/null
    __fish_complete_path (commandline -ct)
  end
end
complete -c p2p -f -a '(__p2p_complete)'
`,
} as const;

type Shell = keyof typeof scripts;

/** Prints the script for the shell that is named, or for the user's shell. */
export function run({ operands }: Invocation<'completion'>, io: Io): Promise<number> {
  const [shell = usersShell(io.env)] = operands as [Shell?];
  io.stdout.write(scripts[shell]);
  return Promise.resolve(exitCodes.done);
}

function usersShell({ SHELL = '', ZSH_NAME = '' }: Io['env']): Shell {
  if (SHELL.includes('zsh') || ZSH_NAME.includes('zsh')) return 'zsh';
  return SHELL.includes('fish') ? 'fish' : 'bash';
}
