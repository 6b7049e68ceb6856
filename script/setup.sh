# Sourced by script/demo and script/test: finds what is missing on this machine and installs it.
# Written for bash 3.2, which is what macOS has.

headline() { printf '\n==> %s\n' "$*"; }
give_up() { printf '\n%s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Whether as_root can work at all; said once, with everything that is to be done, before anything is begun.
need_root_for() {
    [ "$(id -u)" -eq 0 ] || have sudo || give_up "This needs root rights, and there is no sudo. Please run as root:
    $*
and start again."
}

# Runs a command as root: directly, or by sudo, which may ask for a password.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        give_up "Root rights are needed for: $*. There is no sudo; please run that as root and start again."
    fi
}

need_git_and_rust() {
    have git || give_up "git is missing. Debian and Ubuntu: apt install git; macOS: xcode-select --install"
    if ! have cargo && [ -f "$HOME/.cargo/env" ]; then
        # Installed, but the shell was started before.
        . "$HOME/.cargo/env"
    fi
    have cargo || give_up "Rust is missing. Get it with
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
(https://rustup.rs tells more), open a new shell and start again."
}

# The same places in which the program looks for a server; a client alone is not enough.
have_postgres() {
    for dir in "$(dirname "$(command -v initdb || echo /none/initdb)")" "$(pg_config --bindir 2>/dev/null)" \
        /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin \
        /Applications/Postgres.app/Contents/Versions/*/bin; do
        [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ] || continue
        major=$("$dir/postgres" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
        [ "$major" -ge 14 ] && return 0
    done
    return 1
}

have_libpq() {
    libdir=$(pg_config --libdir 2>/dev/null) || return 1
    [ -e "$libdir/libpq.so" ] || [ -e "$libdir/libpq.dylib" ] || [ -e "$libdir/libpq.a" ]
}

have_chromium() { have chromium || have chromium-browser || have google-chrome || [ -d "/Applications/Google Chrome.app" ]; }

# setup build | setup tests: installs what that needs.
setup() {
    need_git_and_rust
    case $(uname -s) in
        Darwin) setup_with_brew "$1" ;;
        *) if have apt-get; then setup_with_apt "$1"; else check_by_hand "$1"; fi ;;
    esac
}

setup_with_apt() {
    missing=""
    have cc && echo 'int main(void){return 0;}' | cc -x c -include stdio.h -o /dev/null - 2>/dev/null || missing="gcc libc6-dev"
    have_libpq || missing="$missing libpq-dev"
    have_postgres || missing="$missing postgresql"
    if [ "$1" = tests ]; then
        # Ubuntu has Chromium as a snap only, which apt installs nowhere but on a running desktop.
        have_chromium || ! grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null || give_up "Please install Google Chrome and chromedriver
(https://googlechromelabs.github.io/chrome-for-testing) and start again; script/test --quick needs neither."
        have_chromium || missing="$missing chromium"
        have chromedriver || missing="$missing chromium-driver"
        have node || missing="$missing nodejs"
        have npm || missing="$missing npm"
        have java || missing="$missing default-jre-headless"
    fi
    [ -n "$missing" ] || return 0
    need_root_for "apt-get update && apt-get install --no-install-recommends$(printf ' %s' $missing)"
    headline "Installing what is missing:$(printf ' %s' $missing)"
    apt="env DEBIAN_FRONTEND=noninteractive apt-get -y -o Dpkg::Use-Pty=0 -o Acquire::Retries=3"
    as_root $apt -q update || give_up "apt-get update failed; see above. Is the network there?"
    case " $missing " in *" postgresql "*) keep_cluster_away "$apt" ;; esac
    installed=yes
    as_root $apt --no-install-recommends install $missing || installed=no
    [ -z "${cluster_note:-}" ] || as_root rm -f "$cluster_note"
    [ $installed = yes ] \
        || give_up "apt-get could not install:$(printf ' %s' $missing). See above, install them by hand and start again."
}

# Debian's package starts a server of its own on port 5432 as soon as it is installed. We need the programs only, so for
# this one installation it is told not to; who has PostgreSQL already never comes here.
keep_cluster_away() {
    dpkg -s postgresql-common >/dev/null 2>&1 || as_root $1 --no-install-recommends install postgresql-common \
        || give_up "apt-get could not install postgresql-common; see above."
    cluster_note=/etc/postgresql-common/createcluster.d/quittance.conf
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' | as_root tee "$cluster_note" >/dev/null
}

setup_with_brew() {
    xcode-select -p >/dev/null 2>&1 || give_up "The C compiler is missing: run xcode-select --install and start again."
    missing=""
    have_postgres || missing="postgresql@17"
    if [ "$1" = tests ]; then
        have node || missing="$missing node"
        have java || missing="$missing openjdk"
    fi
    if [ -n "$missing" ]; then
        have brew || give_up "Homebrew is missing (https://brew.sh). It would install:$(printf ' %s' $missing)"
        headline "Installing what is missing:$(printf ' %s' $missing)"
        brew install $missing || give_up "brew could not install:$(printf ' %s' $missing); see above."
    fi
    if [ "$1" = tests ]; then
        have_chromium || { have brew && brew install --cask google-chrome; } || give_up "Please install Google Chrome and start again."
        have chromedriver || { have brew && brew install --cask chromedriver; } || give_up "Please install chromedriver and start again."
    fi
    # Homebrew's versioned PostgreSQL and its openjdk are not on PATH by themselves.
    if ! have_libpq; then
        for dir in /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin \
            /Applications/Postgres.app/Contents/Versions/*/bin; do
            [ ! -x "$dir/pg_config" ] || PATH="$dir:$PATH"
        done
    fi
    for dir in /opt/homebrew/opt/openjdk/bin /usr/local/opt/openjdk/bin; do
        [ ! -x "$dir/java" ] || PATH="$dir:$PATH"
    done
    export PATH
}

check_by_hand() {
    missing=""
    have cc || missing="$missing a C compiler,"
    have_libpq || missing="$missing libpq with its headers,"
    have_postgres || missing="$missing PostgreSQL 14 or newer (the server's programs),"
    if [ "$1" = tests ]; then
        have_chromium || missing="$missing Chromium,"
        for program in chromedriver node npm java; do have "$program" || missing="$missing $program,"; done
    fi
    [ -z "$missing" ] || give_up "This system has neither apt nor Homebrew. Please install:${missing%,}. Then start again."
}
