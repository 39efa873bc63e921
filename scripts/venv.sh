#!/bin/sh
# Makes the virtual environment named by $1, anew when an earlier try was cut short.
set -eu
venv=$1
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=/path/to/python3" >&2
    exit 1
}
# Debian keeps the parts that make environments in a package of their own.
"$python" -c 'import ensurepip, venv' 2>/dev/null || sh "$(dirname "$0")/tools.sh" python3-venv
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear "$venv"
