#!/bin/sh
# Sees to the programs that the demonstration and the tests use: root installs what is missing, others are told.
# Usage: system_packages.sh PYTHON PACKAGE...
set -u
python=$1
shift

missing=""
for package in "$@"; do
    case "$package" in
        tcl) program=tclsh ;;
        openimageio-tools) program=oiiotool ;;
        xvfb) program=Xvfb ;;
        slurm-wlm) program=sbatch ;;
        # Only root's PATH has it.
        munge) program=/usr/sbin/munged ;;
        slurmdbd) program=/usr/sbin/slurmdbd ;;
        mariadb-server-core) program=/usr/sbin/mariadbd ;;
        # What Qt loads, a font for it, and plug-ins of Slurm: no program tells of them.
        lib* | fonts-* | slurm-wlm-basic-plugins) dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"; continue ;;
        *) program=$package ;;
    esac
    command -v "$program" >/dev/null 2>&1 || missing="$missing $package"
done
# Debian keeps what a venv needs in a package of its own.
"$python" -c "import ensurepip" >/dev/null 2>&1 || missing="$missing python3-venv"

[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "not installed:$missing (as root: apt-get install$missing); what needs them is left out" >&2
    exit 0
fi
apt-get update -qq
# shellcheck disable=SC2086  # a list of words is what is meant
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
