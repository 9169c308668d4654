# Finds Chromium, which only the tests of pages need, or installs it as launcher/jdk.sh does a JDK.

chromium_fits() { [ -x "${CHROMIUM:-/usr/bin/chromium}" ]; }

need_chromium() {
  ! chromium_fits || return 0
  chromium_otherwise="the tests of pages need Chromium as /usr/bin/chromium: install it, or point CHROMIUM to one"
  [ "${GALLEY_INSTALL-}" != no ] && command -v apt-get >/dev/null && jdk_install_rights apt-get || die "$chromium_otherwise"
  chromium_log=$(mktemp)
  $jdk_sudo apt-get update >"$chromium_log" 2>&1 || true
  DEBIAN_FRONTEND=noninteractive with_progress "Installing Chromium" "$chromium_log" \
    $jdk_sudo apt-get install -y --no-install-recommends chromium || true
  rm -f "$chromium_log"
  chromium_fits || die "$chromium_otherwise"
}
