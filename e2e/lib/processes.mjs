// What runs on this machine, read from /proc: to prove that nothing is left behind.
import { readdir, readFile } from 'node:fs/promises'

/** The pids of processes whose command line or working directory speaks of `text`. */
export async function processesOf(text) {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const found = []
  for (const pid of pids) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (command.includes(text)) found.push({ pid: Number(pid), command: command.replaceAll('\0', ' ').trim() })
  }
  return found
}

/** The postmaster of a data folder, and the server processes that are its children. */
export async function postgresOf(dataFolder) {
  const pidFile = await readFile(`${dataFolder}/postmaster.pid`, 'utf8').catch(() => '')
  const postmaster = Number(pidFile.split('\n')[0])
  if (!postmaster) return []
  const family = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state !== 'Z' && (pid === postmaster || Number(parent) === postmaster)) family.push(pid)
  }
  return family
}
