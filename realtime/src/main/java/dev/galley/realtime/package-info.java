/**
 * Live messages: the service {@code realtime} at {@code /realtime/v1}, in the protocol of Supabase Realtime. Starts at {@link
 * dev.galley.realtime.RealtimeService}. A socket is a {@link dev.galley.realtime.Session} with {@link dev.galley.realtime.Channel}s;
 * each event loop has a {@link dev.galley.realtime.LoopHub} with the channels of its sockets, and a message goes from {@link
 * dev.galley.realtime.Hub} to those loops that have subscribers. Who may read and write a private channel is asked of the policies
 * on {@code realtime.messages}, through the request transaction. Everything of a socket is confined to its event loop.
 */
@NullMarked
package dev.galley.realtime;

import org.jspecify.annotations.NullMarked;
