// Live changes of rows that survive a lost connection, with the unmodified Supabase client:
//
//   import { createClient } from '@supabase/supabase-js'
//   import { resumable } from './resumable.mjs'
//
//   const client = createClient(url, key, {
//     realtime: { transport: resumable(WebSocket, { onResync: (topic) => reload(topic) }) },
//   })
//
// Galley puts a position beside every change. This wrapper of the WebSocket remembers the newest one of each channel and names it when
// the client joins the channel again, on this connection or on the next: the changes that were missed come first, in order, each
// once. When they are not kept any more (see docs/realtime.md) `onResync` is called: read the data anew.

/**
 * @param {typeof WebSocket} Socket the class to wrap
 * @param {object} [options]
 * @param {(topic: string, position: string) => void} [options.onResync] changes of this channel may be missing
 * @param {Map<string, string>} [options.positions] the newest position by topic; keep it to resume after a restart
 */
export function resumable(Socket, { onResync = () => {}, positions = new Map() } = {}) {
  return class ResumableSocket extends Socket {
    constructor(...args) {
      super(...args)
      // Before the client's own handler: a change that it is given counts as seen. To what still comes out of a socket that is
      // being closed the client does not listen any more.
      this.addEventListener('message', ({ data }) => {
        if (typeof data === 'string' && this.readyState === this.OPEN) remember(data)
      })
    }

    send(data) {
      super.send(typeof data === 'string' ? withPosition(data) : data)
    }
  }

  function remember(data) {
    const message = parse(data)
    const position = message?.payload?.position
    if (!position) return
    // Joining tells where the channel begins; it has nothing to say to one that resumes.
    const begins = message.event === 'system' && message.payload.status === 'ok'
    if (begins && positions.has(message.topic)) return
    positions.set(message.topic, position)
    if (message.event === 'system' && message.payload.status === 'resync') onResync(message.topic, position)
  }

  function withPosition(data) {
    const message = parse(data)
    if (message?.event === 'phx_leave') positions.delete(message.topic)
    const position = message?.event === 'phx_join' && positions.get(message.topic)
    if (!position || !message.payload?.config) return data
    message.payload.config.resume = position
    return message.print()
  }
}

/** A frame of either version of the protocol. */
function parse(data) {
  let frame
  try {
    frame = JSON.parse(data)
  } catch {
    return undefined
  }
  if (Array.isArray(frame)) {
    const [, , topic, event, payload] = frame
    return { topic, event, payload, print: () => JSON.stringify(frame) }
  }
  return frame && { topic: frame.topic, event: frame.event, payload: frame.payload, print: () => JSON.stringify(frame) }
}
