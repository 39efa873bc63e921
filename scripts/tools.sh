#!/bin/sh
# Makes sure that the programs named as arguments are there: postgresql, chromium, freeradius,
# python3-venv.
# Root on Debian installs what is missing; anyone else is told what to install. Tests that need a
# missing program are skipped, except under CI=true, where it is a failure.
set -eu

has() {
    case $1 in
        postgresql) command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ;;
        chromium)
            [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1 ||
                command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 ||
                [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ]
            ;;
        freeradius)
            { command -v freeradius || command -v radiusd; } >/dev/null 2>&1 &&
                command -v radclient >/dev/null 2>&1 &&
                ls /usr/lib*/freeradius/rlm_sql_postgresql.so /usr/lib/*/freeradius/rlm_sql_postgresql.so 2>/dev/null |
                grep -q .
            ;;
        python3-venv) "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null ;;
    esac
}

missing=
for tool in "$@"; do
    has "$tool" || missing="$missing $tool"
done
[ -n "$missing" ] || exit 0
case $missing in *freeradius*) missing="$missing freeradius-postgresql freeradius-utils" ;; esac

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "==> installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    case $missing in
        *postgresql*)
            # The package would start a server of its own on the machine; the tests start theirs.
            apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
            sed -i 's/^#* *create_main_cluster.*/create_main_cluster = false/' \
                /etc/postgresql-common/createcluster.conf
            ;;
    esac
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
    case $missing in
        *freeradius*) # likewise
            if command -v systemctl >/dev/null 2>&1; then
                systemctl disable --quiet --now freeradius >/dev/null 2>&1 || true
            fi
            ;;
    esac
    exit 0
fi

if command -v brew >/dev/null 2>&1; then
    echo "Missing:$missing. Install with: brew install postgresql@17 freeradius-server && brew install --cask chromium" >&2
else
    echo "Missing:$missing. Install with: sudo apt-get install$missing" >&2
fi
case $missing in *python3-venv*) exit 1 ;; esac
[ "${CI:-}" != true ]
