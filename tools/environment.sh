# The Python environment in .venv, made from the locks; read by ./pilothouse and ./run.
# Needs bash and Python 3.11 or newer, nothing else. Expects $root, the folder of the repository.

venv="$root/.venv"
python="$venv/bin/python"

say() { printf '%s\n' "$*" >&2; }
fail() { say "Error: $*"; exit 1; }

# Install a set of packages (users, team, dev or bench) unless exactly it is there already.
ensure_environment() {
  local set=$1
  [[ -f "$root/requirements/$set.txt" ]] || fail "there is no requirements/$set.txt here."
  is_current "$set" && return
  mkdir -p "$venv" 2>/dev/null || fail "cannot write in $root; Pilothouse makes its environment there."
  lock_environment
  if ! is_current "$set"; then  # nobody else did it while this start waited
    make_environment
    install_set "$set"
    write_entry_points
    stamp "$set" >"$venv/.installed-$set"
  fi
  unlock_environment
}

# What must be the same for an environment to be whole: the place, the Python, the lock.
stamp() {
  printf '%s\n%s\n%s\n' "$root" "$("$python" -V 2>&1)" \
    "$(cat "$root/requirements/installer.txt" "$root/requirements/$1.txt" | cksum)"
}

is_current() {
  [[ -x "$python" && -x "$venv/bin/pilothouse" && -f "$venv/.installed-$1" ]] || return 1
  [[ "$(stamp "$1")" == "$(<"$venv/.installed-$1")" ]]
}

find_python() {
  local name found="" version
  for name in python3.13 python3.12 python3.11 python3; do
    # A name may stand on the PATH and yet start nothing.
    version=$("$name" -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null) || continue
    found="$name is Python ${version/ /.}"
    if (( ${version% *} == 3 && ${version#* } >= 11 )); then
      command -v "$name"
      return
    fi
  done
  [[ -n "$found" ]] && fail "Pilothouse needs Python 3.11 or newer, but $found. Install a newer one, then start again."
  fail "Pilothouse needs Python 3.11 or newer and there is none on the PATH. Install it, then start again."
}

# A new .venv unless there is one whose Python runs and whose place is still this one.
make_environment() {
  local base version
  if [[ -x "$python" && -f "$venv/.made" && "$(<"$venv/.made")" == "$root $("$python" -V 2>&1)" ]]; then
    return
  fi
  base=$(find_python) || exit 1
  version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  "$base" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "this Python cannot make environments. On Debian and Ubuntu: sudo apt install python$version-venv"
  say "Making an environment for Python $version in .venv …"
  find "$venv" -mindepth 1 -maxdepth 1 ! -name '.setup-lock*' -exec rm -rf {} +
  quietly "$base" -m venv "$venv" || fail "the environment could not be made (see above)."
  printf '%s' "$root $("$python" -V 2>&1)" >"$venv/.made"
}

install_set() {
  local lock="$root/requirements/$1.txt"
  say "Installing what Pilothouse needs ($1), checked against the lock; once, about a minute …"
  if quietly "$python" -m pip install --require-hashes --only-binary :all: -r "$root/requirements/installer.txt" &&
    quietly "$python" -m uv pip install --python "$python" --require-hashes --only-binary :all: -r "$lock"; then
    return
  fi
  say "The quick installer did not work; going on with pip …"
  quietly "$python" -m pip install --require-hashes --only-binary :all: -r "$lock" ||
    fail "the packages could not be installed (see above). Start again when that is mended; what is there is kept."
}

# Run a command without its chatter; show the end of it when it fails.
quietly() {
  local log="$venv/.log"
  PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_PROGRESS=1 VIRTUAL_ENV="$venv" "$@" >"$log" 2>&1 && return
  tail -n 15 "$log" >&2
  return 1
}

# The package is used from where it is; the command starts it.
write_entry_points() {
  local packages
  packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  printf '%s\n' "$root/src" >"$packages/pilothouse.pth"
  # Through sh, because a first line with a space in the path would start nothing.
  cat >"$venv/bin/pilothouse.new" <<SCRIPT
#!/bin/sh
'''exec' "$python" "\$0" "\$@"
' '''
from pilothouse.cli.main import main

main()
SCRIPT
  chmod +x "$venv/bin/pilothouse.new"
  mv "$venv/bin/pilothouse.new" "$venv/bin/pilothouse"
}

# One installer at a time; the system frees the lock of one that was killed. (.lock is uv's own.)
lock_environment() {
  exec 9>"$venv/.setup-lock"
  if command -v flock >/dev/null; then
    flock -n 9 && return
    say "Another start is installing; waiting for it …"
    flock 9
    return
  fi
  local told="" owner
  until mkdir "$venv/.setup-lock.d" 2>/dev/null; do
    owner=$(cat "$venv/.setup-lock.d/pid" 2>/dev/null || true)
    if [[ -n "$owner" ]] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$venv/.setup-lock.d"
      continue
    fi
    [[ -n "$told" ]] || say "Another start is installing; waiting for it …"
    told=yes
    sleep 0.5
  done
  printf '%s' $$ >"$venv/.setup-lock.d/pid"
}

unlock_environment() {
  exec 9>&-
  rm -rf "$venv/.setup-lock.d"
}
