# Finds Node 20 or newer, which only the tests need, or installs it as launcher/jdk.sh does a JDK.

node_fits() {
  command -v node >/dev/null && command -v npm >/dev/null || return 1
  node_version=$(node --version)
  node_version=${node_version#v}
  [ "${node_version%%.*}" -ge 20 ]
}

need_node() {
  ! node_fits || return 0
  node_otherwise="the tests with the real clients need Node 20 or newer: install it (https://nodejs.org)"
  [ "${GALLEY_INSTALL-}" != no ] && command -v apt-get >/dev/null && jdk_install_rights apt-get || die "$node_otherwise"
  node_log=$(mktemp)
  $jdk_sudo apt-get update >"$node_log" 2>&1 || true
  DEBIAN_FRONTEND=noninteractive with_progress "Installing Node" "$node_log" \
    $jdk_sudo apt-get install -y --no-install-recommends nodejs npm || true
  rm -f "$node_log"
  node_fits || die "$node_otherwise"
}
