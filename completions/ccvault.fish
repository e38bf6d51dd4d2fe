# Completion of ccvault for fish: put it in ~/.config/fish/completions. Generated.

set -g __ccvault_groups 'git'
set -g __ccvault_wrapping 'exec'

function __ccvault_profiles
    command ccvault __complete profiles 2>/dev/null
end

# Prints where the cursor is: the command, the number of its plain words so far, and the index of the first
# word of a wrapped command, or 0.
function __ccvault_place
    set -l words (commandline -opc)
    set -l name
    set -l count 0
    set -l skip 0
    set -l index 1
    while test $index -lt (count $words)
        set index (math $index + 1)
        set -l word $words[$index]
        if test $skip = 1
            set skip 0
        else if test "$word" = -- -a -n "$name"
            printf '%s\n' "$name" $count (math $index + 1)
            return
        else if string match -qr -- '^-.' "$word"
            __ccvault_takes_value "$name" "$word"; and set skip 1
        else if test -z "$name"
            set name $word
        else if contains -- "$name" $__ccvault_groups
            set name "$name $word"
        else if test $count -gt 0; and contains -- "$name" $__ccvault_wrapping
            printf '%s\n' "$name" $count $index
            return
        else
            set count (math $count + 1)
        end
    end
    if test $count -gt 0; and contains -- "$name" $__ccvault_wrapping; and not string match -q -- '-*' (commandline -ct)
        printf '%s\n' "$name" $count (math (count $words) + 1)
        return
    end
    printf '%s\n' "$name" $count 0
end

# Whether one of these commands is being written, and not a command that it wraps.
function __ccvault_in
    set -l place (__ccvault_place)
    test $place[3] = 0; and contains -- "$place[1]" $argv
end

# Whether the plain word with this index is being written of one of these commands.
function __ccvault_at
    set -l place (__ccvault_place)
    test $place[3] = 0 -a $place[2] = $argv[1]; and contains -- "$place[1]" $argv[2..-1]
end

function __ccvault_in_wrapped
    set -l place (__ccvault_place)
    test $place[3] != 0; and contains -- "$place[1]" $__ccvault_wrapping
end

function __ccvault_wrapped
    set -l place (__ccvault_place)
    set -l words (commandline -opc)
    set -l own
    test $place[3] -le (count $words); and set own (string escape -- $words[$place[3]..-1])
    complete -C (string join ' ' -- $own (commandline -ct))
end

# Whether the word is an option whose value is the next word.
function __ccvault_takes_value
    switch $argv[1]
        case ''
            string match -qr -- '^(--(backend|prompt))$' $argv[2]
        case 'add'
            string match -qr -- '^(--(mfa-serial|region|backend|prompt))$' $argv[2]
        case 'list' 'ls'
            string match -qr -- '^(--(backend|prompt))$' $argv[2]
        case 'remove' 'rm'
            string match -qr -- '^(--(backend|prompt))$' $argv[2]
        case 'rotate'
            string match -qr -- '^(--(mfa-token|backend|prompt)|-[^-]*[t]|-[t])$' $argv[2]
        case 'import'
            string match -qr -- '^(--(from|backend|prompt))$' $argv[2]
        case 'passphrase'
            string match -qr -- '^(--(backend|prompt))$' $argv[2]
        case 'exec'
            string match -qr -- '^(--(duration|region|mfa-token|min-ttl|backend|prompt)|-[^-]*[dt]|-[dt])$' $argv[2]
        case 'export'
            string match -qr -- '^(--(duration|region|mfa-token|min-ttl|format|backend|prompt)|-[^-]*[dt]|-[dt])$' $argv[2]
        case 'login'
            string match -qr -- '^(--(duration|region|mfa-token|min-ttl|service|path|browser|backend|prompt)|-[^-]*[dt]|-[dt])$' $argv[2]
        case 'whoami'
            string match -qr -- '^(--(duration|region|mfa-token|min-ttl|backend|prompt)|-[^-]*[dt]|-[dt])$' $argv[2]
        case 'explain'
            string match -qr -- '^(--(backend|prompt))$' $argv[2]
        case 'serve'
            string match -qr -- '^(--(duration|region|mfa-token|min-ttl|port|backend|prompt)|-[^-]*[dt]|-[dt])$' $argv[2]
        case 'refresh'
            string match -qr -- '^(--(duration|region|mfa-token|min-ttl|backend|prompt)|-[^-]*[dt]|-[dt])$' $argv[2]
        case 'clear'
            string match -qr -- '^(--(backend|prompt))$' $argv[2]
        case 'lock'
            string match -qr -- '^(--(backend|prompt))$' $argv[2]
        case 'git clone'
            string match -qr -- '^(--(profile|backend|prompt))$' $argv[2]
        case 'git setup'
            string match -qr -- '^(--(profile|backend|prompt))$' $argv[2]
        case 'git unset'
            string match -qr -- '^(--(backend|prompt))$' $argv[2]
        case 'git url'
            string match -qr -- '^(--(backend|prompt))$' $argv[2]
        case 'credential-helper'
            string match -qr -- '^(--(profile|region|allow-host|backend|prompt))$' $argv[2]
        case 'completion'
            string match -qr -- '^(--(backend|prompt))$' $argv[2]
        case '*'
            return 1
    end
end

complete -c ccvault -f
complete -c ccvault -n __ccvault_in_wrapped -a '(__ccvault_wrapped)'
complete -c ccvault -n 'not __ccvault_in_wrapped' -l backend -x -a 'keyring file pass' -d 'Where keys are kept; by default where the first key was put'
complete -c ccvault -n 'not __ccvault_in_wrapped' -l prompt -x -a 'auto terminal' -d 'How to ask for codes and passphrases; both ask on the terminal'
complete -c ccvault -n 'not __ccvault_in_wrapped' -l debug -d 'Say on standard error what is done; never shows a secret'
complete -c ccvault -n 'not __ccvault_in_wrapped' -s h -l help -d 'Show help and exit'
complete -c ccvault -n '__ccvault_in \'\'' -l version -d 'Show the version and exit'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'add' -d 'Store a long-lived key'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'list' -d 'List profiles, stored keys and sessions'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'remove' -d 'Delete a stored key and its sessions'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'rotate' -d 'Replace a stored key by a new one'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'import' -d 'Move keys in from the credentials file, aws-vault or another backend'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'passphrase' -d 'Change the passphrase of the file backend'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'exec' -d 'Run a command with the credentials of a profile'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'export' -d 'Print the credentials of a profile'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'login' -d 'Open the AWS console signed in'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'whoami' -d 'Show the AWS identity behind a profile'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'explain' -d 'Show how credentials for a profile come about'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'serve' -d 'Serve credentials on a local port'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'refresh' -d 'Make the sessions of a profile anew'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'clear' -d 'Forget cached sessions'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'lock' -d 'Drop the unlocked session key'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'credential-helper' -d 'Answer git\'s requests for CodeCommit credentials'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'completion' -d 'Print the completion script of a shell'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'git' -d 'Use CodeCommit repositories with git'
complete -c ccvault -n '__ccvault_in \'\' help' -a 'help' -d 'Show help'
complete -c ccvault -n '__ccvault_in git' -a 'clone' -d 'Clone a CodeCommit repository, ready to use'
complete -c ccvault -n '__ccvault_in git' -a 'setup' -d 'Make git ask ccvault for CodeCommit credentials'
complete -c ccvault -n '__ccvault_in git' -a 'unset' -d 'Take back what git setup wrote'
complete -c ccvault -n '__ccvault_in git' -a 'url' -d 'Convert between https:// and codecommit:// URLs'
complete -c ccvault -n '__ccvault_in \'add\'' -l env -d 'Take the key from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
complete -c ccvault -n '__ccvault_in \'add\'' -l stdin -d 'Read the key from standard input: `aws iam create-access-key` JSON or the console\'s CSV'
complete -c ccvault -n '__ccvault_in \'add\'' -l mfa-serial -x -d 'The MFA device of the user, instead of asking'
complete -c ccvault -n '__ccvault_in \'add\'' -l region -x -d 'The region to write to the profile and verify in'
complete -c ccvault -n '__ccvault_in \'add\'' -l no-verify -d 'Store the key without showing it to AWS first'
complete -c ccvault -n '__ccvault_in \'add\'' -l no-config -d 'Leave the AWS config file alone'
complete -c ccvault -n '__ccvault_at 0 \'add\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'list\' \'ls\'' -l json -d 'Print one JSON document'
complete -c ccvault -n '__ccvault_in \'remove\' \'rm\'' -s f -l force -d 'Do not ask'
complete -c ccvault -n '__ccvault_at 0 \'remove\' \'rm\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'rotate\'' -s t -l mfa-token -x -d 'The MFA code to use, instead of asking for it'
complete -c ccvault -n '__ccvault_in \'rotate\'' -s n -l no-session -d 'Rotate with the long-lived key itself, without a session'
complete -c ccvault -n '__ccvault_at 0 \'rotate\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'import\'' -l from -x -a 'credentials aws-vault keyring file pass' -d 'Where the keys are now; by default ~/.aws/credentials'
complete -c ccvault -n '__ccvault_in \'import\'' -l scrub -d 'Then remove the keys from the plaintext file, keeping its comments and mode'
complete -c ccvault -n '__ccvault_in \'import\'' -l sdk -d 'Write a credential_process line in their place, so that every SDK still finds them'
complete -c ccvault -n '__ccvault_in \'import\'' -l dry-run -d 'Say what would be done and change nothing'
complete -c ccvault -n '__ccvault_in \'import\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'exec\'' -s d -l duration -x -d 'How long the credentials last, e.g. 15m, 1h30m or 43200 (seconds)'
complete -c ccvault -n '__ccvault_in \'exec\'' -l region -x -d 'The AWS region, over the profile\'s own'
complete -c ccvault -n '__ccvault_in \'exec\'' -s n -l no-session -d 'Make no session from the long-lived key; without a role it is handed out as it is'
complete -c ccvault -n '__ccvault_in \'exec\'' -s t -l mfa-token -x -d 'The MFA code to use, instead of asking for it'
complete -c ccvault -n '__ccvault_in \'exec\'' -l no-browser -d 'Sign in to SSO with a code shown here, without opening a browser'
complete -c ccvault -n '__ccvault_in \'exec\'' -l fresh -d 'Make anew every session that needs no prompt'
complete -c ccvault -n '__ccvault_in \'exec\'' -l min-ttl -x -d 'Use no cached session that ends sooner than this'
complete -c ccvault -n '__ccvault_in \'exec\'' -s s -l server -d 'Serve credentials that renew themselves on the container endpoint (also --ecs-server)'
complete -c ccvault -n '__ccvault_in \'exec\'' -l imds -d 'Serve credentials that renew themselves on an IMDSv2 endpoint (also --ec2-server)'
complete -c ccvault -n '__ccvault_at 0 \'exec\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'export\'' -s d -l duration -x -d 'How long the credentials last, e.g. 15m, 1h30m or 43200 (seconds)'
complete -c ccvault -n '__ccvault_in \'export\'' -l region -x -d 'The AWS region, over the profile\'s own'
complete -c ccvault -n '__ccvault_in \'export\'' -s n -l no-session -d 'Make no session from the long-lived key; without a role it is handed out as it is'
complete -c ccvault -n '__ccvault_in \'export\'' -s t -l mfa-token -x -d 'The MFA code to use, instead of asking for it'
complete -c ccvault -n '__ccvault_in \'export\'' -l no-browser -d 'Sign in to SSO with a code shown here, without opening a browser'
complete -c ccvault -n '__ccvault_in \'export\'' -l fresh -d 'Make anew every session that needs no prompt'
complete -c ccvault -n '__ccvault_in \'export\'' -l min-ttl -x -d 'Use no cached session that ends sooner than this'
complete -c ccvault -n '__ccvault_in \'export\'' -l format -x -a 'env export fish powershell cmd json ini' -d 'env prints NAME=value lines (default), json what credential_process expects'
complete -c ccvault -n '__ccvault_at 0 \'export\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'login\'' -s d -l duration -x -d 'How long the credentials last, e.g. 15m, 1h30m or 43200 (seconds)'
complete -c ccvault -n '__ccvault_in \'login\'' -l region -x -d 'The AWS region, over the profile\'s own'
complete -c ccvault -n '__ccvault_in \'login\'' -s n -l no-session -d 'Make no session from the long-lived key; without a role it is handed out as it is'
complete -c ccvault -n '__ccvault_in \'login\'' -s t -l mfa-token -x -d 'The MFA code to use, instead of asking for it'
complete -c ccvault -n '__ccvault_in \'login\'' -l no-browser -d 'Sign in to SSO with a code shown here, without opening a browser'
complete -c ccvault -n '__ccvault_in \'login\'' -l fresh -d 'Make anew every session that needs no prompt'
complete -c ccvault -n '__ccvault_in \'login\'' -l min-ttl -x -d 'Use no cached session that ends sooner than this'
complete -c ccvault -n '__ccvault_in \'login\'' -l service -x -d 'The service to open, e.g. s3 or codecommit'
complete -c ccvault -n '__ccvault_in \'login\'' -l path -x -d 'The console path to open'
complete -c ccvault -n '__ccvault_in \'login\'' -s s -l stdout -d 'Print the sign-in URL and open nothing'
complete -c ccvault -n '__ccvault_in \'login\'' -l browser -x -a '(__fish_complete_command)' -d 'The browser to open it with, as "CMD {url}" or by name'
complete -c ccvault -n '__ccvault_at 0 \'login\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'whoami\'' -s d -l duration -x -d 'How long the credentials last, e.g. 15m, 1h30m or 43200 (seconds)'
complete -c ccvault -n '__ccvault_in \'whoami\'' -l region -x -d 'The AWS region, over the profile\'s own'
complete -c ccvault -n '__ccvault_in \'whoami\'' -s n -l no-session -d 'Make no session from the long-lived key; without a role it is handed out as it is'
complete -c ccvault -n '__ccvault_in \'whoami\'' -s t -l mfa-token -x -d 'The MFA code to use, instead of asking for it'
complete -c ccvault -n '__ccvault_in \'whoami\'' -l no-browser -d 'Sign in to SSO with a code shown here, without opening a browser'
complete -c ccvault -n '__ccvault_in \'whoami\'' -l fresh -d 'Make anew every session that needs no prompt'
complete -c ccvault -n '__ccvault_in \'whoami\'' -l min-ttl -x -d 'Use no cached session that ends sooner than this'
complete -c ccvault -n '__ccvault_in \'whoami\'' -l json -d 'Print one JSON document'
complete -c ccvault -n '__ccvault_at 0 \'whoami\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'explain\'' -l json -d 'Print one JSON document'
complete -c ccvault -n '__ccvault_at 0 \'explain\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'serve\'' -s d -l duration -x -d 'How long the credentials last, e.g. 15m, 1h30m or 43200 (seconds)'
complete -c ccvault -n '__ccvault_in \'serve\'' -l region -x -d 'The AWS region, over the profile\'s own'
complete -c ccvault -n '__ccvault_in \'serve\'' -s n -l no-session -d 'Make no session from the long-lived key; without a role it is handed out as it is'
complete -c ccvault -n '__ccvault_in \'serve\'' -s t -l mfa-token -x -d 'The MFA code to use, instead of asking for it'
complete -c ccvault -n '__ccvault_in \'serve\'' -l no-browser -d 'Sign in to SSO with a code shown here, without opening a browser'
complete -c ccvault -n '__ccvault_in \'serve\'' -l fresh -d 'Make anew every session that needs no prompt'
complete -c ccvault -n '__ccvault_in \'serve\'' -l min-ttl -x -d 'Use no cached session that ends sooner than this'
complete -c ccvault -n '__ccvault_in \'serve\'' -l ecs -d 'The container endpoint (default)'
complete -c ccvault -n '__ccvault_in \'serve\'' -l imds -d 'An instance metadata endpoint (IMDSv2)'
complete -c ccvault -n '__ccvault_in \'serve\'' -l port -x -d 'The port to listen on; by default a free one'
complete -c ccvault -n '__ccvault_at 0 \'serve\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'refresh\'' -s d -l duration -x -d 'How long the credentials last, e.g. 15m, 1h30m or 43200 (seconds)'
complete -c ccvault -n '__ccvault_in \'refresh\'' -l region -x -d 'The AWS region, over the profile\'s own'
complete -c ccvault -n '__ccvault_in \'refresh\'' -s n -l no-session -d 'Make no session from the long-lived key; without a role it is handed out as it is'
complete -c ccvault -n '__ccvault_in \'refresh\'' -s t -l mfa-token -x -d 'The MFA code to use, instead of asking for it'
complete -c ccvault -n '__ccvault_in \'refresh\'' -l no-browser -d 'Sign in to SSO with a code shown here, without opening a browser'
complete -c ccvault -n '__ccvault_in \'refresh\'' -l fresh -d 'Make anew every session that needs no prompt'
complete -c ccvault -n '__ccvault_in \'refresh\'' -l min-ttl -x -d 'Use no cached session that ends sooner than this'
complete -c ccvault -n '__ccvault_at 0 \'refresh\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_at 0 \'clear\'' -a '(__ccvault_profiles)'
complete -c ccvault -n '__ccvault_in \'git clone\'' -l profile -x -a '(__ccvault_profiles)' -d 'The profile to sign with'
complete -c ccvault -n '__ccvault_at 1 \'git clone\'' -a '(__fish_complete_directories)'
complete -c ccvault -n '__ccvault_in \'git setup\'' -l global -d 'In the user\'s git configuration'
complete -c ccvault -n '__ccvault_in \'git setup\'' -l local -d 'In this repository\'s configuration (default inside one)'
complete -c ccvault -n '__ccvault_in \'git setup\'' -l profile -x -a '(__ccvault_profiles)' -d 'The profile to sign with'
complete -c ccvault -n '__ccvault_in \'git setup\'' -l alias -d 'Add `git mfa`, which renews the session'
complete -c ccvault -n '__ccvault_in \'git unset\'' -l global -d 'In the user\'s git configuration'
complete -c ccvault -n '__ccvault_in \'git unset\'' -l local -d 'In this repository\'s configuration (default inside one)'
complete -c ccvault -n '__ccvault_in \'credential-helper\'' -l profile -x -a '(__ccvault_profiles)' -d 'The profile to sign with'
complete -c ccvault -n '__ccvault_in \'credential-helper\'' -l region -x -d 'The region of the host that --allow-host names'
complete -c ccvault -n '__ccvault_in \'credential-helper\'' -l allow-host -x -d 'One more host to answer for, matched exactly; needs --region'
complete -c ccvault -n '__ccvault_at 0 \'credential-helper\'' -a 'get store erase capability'
complete -c ccvault -n '__ccvault_at 0 \'completion\'' -a 'bash zsh fish powershell'
