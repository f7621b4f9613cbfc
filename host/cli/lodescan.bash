# Bash completion for lodescan. Commands and options are read from the program's own help, so they are never out of date.

_lodescan_commands() {
    "$1" --help 2>/dev/null | sed -n '/^Commands:$/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_lodescan_options() {
    "$1" "$2" --help 2>/dev/null | sed -n 's/^  \(    \|-., \)\(--[a-z-]*=\{0,1\}\).*/\2/p'
}

_lodescan_templates() {
    "$1" init --help 2>/dev/null | sed -n '/^Templates:$/,/^$/s/^  \([a-z-]*\) .*/\1/p'
}

# Bash cuts `--option=value` into three words.
_lodescan() {
    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]:-} current=${COMP_WORDS[COMP_CWORD]} option=
    if [[ $current == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 1]} current=
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == -o ]]; then
        option=--output
    fi

    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$(_lodescan_commands "$program") help --help --version" -- "$current")
    elif [[ $command == help ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_lodescan_commands "$program")" -- "$current")
    elif [[ $option == --device ]]; then
        local several=
        [[ $command == run || $command == check || $command == distance ]] && several=all
        mapfile -t COMPREPLY < <(compgen -W "gpu cpu $several" -- "$current")
    elif [[ $option == --memory || $option == --cell || $option == --from || $option == --criterion ]]; then
        return
    elif [[ $option == --data || ($option == --output && ($command == run || $command == validate || $command == diff)) ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
    elif [[ $option == --output ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_lodescan_options "$program" "$command")" -- "$current")
        [[ ${COMPREPLY[0]:-} == *= ]] && compopt -o nospace 2>/dev/null
    elif [[ $command == run || $command == check || $command == path ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(
            compgen -d -- "$current"
            compgen -f -X '!*.yaml' -- "$current"
            compgen -f -X '!*.yml' -- "$current"
        )
    elif [[ $command == init ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_lodescan_templates "$program")" -- "$current")
    elif [[ $command == explain || $command == verify || $command == diff || ($command == validate && COMP_CWORD -eq 2) ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
    fi
    return 0
}
complete -F _lodescan lodescan
