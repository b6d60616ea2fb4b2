// `p2p completion`: prints a script by which a shell completes command lines of p2p. The script asks the
// program for completions and names its shell, because each shell needs them in another form.
import type { Invocation } from '../command-line/parse.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';

const scripts = {
  bash: `_p2p_yargs_completions() {
  local found
  found=$(SHELL=bash ZSH_NAME= p2p --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}")
  COMPREPLY=($(compgen -W "$found" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _p2p_yargs_completions p2p
`,
  zsh: `#compdef p2p
_p2p_yargs_completions() {
  local found=("\${(@f)$(SHELL=zsh p2p --get-yargs-completions "\${(@)words[1,CURRENT]}")}")
  if [[ -n "$found" ]]; then _describe p2p found; else _default; fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then
  _p2p_yargs_completions "$@"
else
  compdef _p2p_yargs_completions p2p
fi
`,
  fish: `complete -c p2p -a '(SHELL=fish ZSH_NAME= p2p --get-yargs-completions (commandline -opc) (commandline -ct))'
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
