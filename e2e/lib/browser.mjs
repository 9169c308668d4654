// A headless Chromium with a new, empty profile that talks to nobody but the pages under test.
import { chromium } from 'playwright-core'

const flags = [
  '--no-sandbox', // root has none, as in containers
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts a browser; the caller closes it. Each `newContext()` of it has its own storage and cookies. */
export function launchBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags })
}
