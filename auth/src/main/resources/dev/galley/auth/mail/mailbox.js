// Shows the mails of the developer's mailbox; the text of a mail stays in a sandbox without scripts.
const list = document.getElementById('list')
const frame = document.getElementById('mail')
let shown = ''
let current = ''

async function show(id) {
  current = id
  const mail = await (await fetch(`api/v1/message/${id}`)).json()
  frame.srcdoc = mail.HTML.replace('<head>', '<head><base target="_blank">')
  for (const button of list.querySelectorAll('button')) button.setAttribute('aria-current', String(button.dataset.id === id))
}

function entry(mail) {
  const button = document.createElement('button')
  button.type = 'button'
  button.dataset.id = mail.ID
  button.append(mail.Subject)
  const to = document.createElement('small')
  to.textContent = `${mail.To[0].Address}, ${new Date(mail.Created).toLocaleTimeString()}`
  button.append(to)
  button.addEventListener('click', () => show(mail.ID))
  const item = document.createElement('li')
  item.append(button)
  return item
}

async function refresh() {
  const { messages } = await (await fetch('api/v1/messages')).json()
  const now = messages.map((mail) => mail.ID).join()
  if (now === shown) return
  shown = now
  list.replaceChildren(...messages.map(entry))
  document.getElementById('none').hidden = messages.length > 0
  if (messages.length > 0 && !messages.some((mail) => mail.ID === current)) await show(messages[0].ID)
}

document.getElementById('clear').addEventListener('click', async () => {
  await fetch('api/v1/messages', { method: 'DELETE' })
  frame.srcdoc = ''
  await refresh()
})
setInterval(() => refresh().catch(() => {}), 1500)
refresh()
