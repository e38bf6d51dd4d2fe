# Completion of ccvault for fish: put it in ~/.config/fish/completions.

function __ccvault_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (command ccvault __complete fish -- $words[2..-1] "$current" 2>/dev/null)
    set -q lines[2]; and printf '%s\n' $lines[2..-1]
    switch "$lines[1]"
        case :files
            __fish_complete_path "$current"
        case :directories
            __fish_complete_directories "$current"
        case :commands
            __fish_complete_command
        case ':command *'
            set -l from (math (string replace ':command ' '' -- $lines[1]) + 2)
            set -l own
            test $from -le (count $words); and set own (string escape -- $words[$from..-1])
            complete -C (string join ' ' -- $own "$current")
    end
end

complete -c ccvault -f -a '(__ccvault_complete)'
