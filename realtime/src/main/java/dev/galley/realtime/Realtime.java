package dev.galley.realtime;

import dev.galley.identity.Authenticator;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all event loops of the service share. Everything in it is immutable or safe for use by many threads.
 *
 * @param sockets open ones
 * @param draining whether the server is about to stop
 */
record Realtime(
        RealtimeSettings settings,
        Authenticator authenticator,
        Hub hub,
        Broadcasts broadcasts,
        StoredMessages stored,
        PresenceDesk presence,
        RowChanges changes,
        Rates rates,
        InstantSource clock,
        AtomicInteger sockets,
        AtomicBoolean draining) {

    /** What the clients of the project may do together in a second. */
    record Rates(SharedRate joins, SharedRate messages, SharedRate presence) {
        static Rates of(RealtimeSettings settings) {
            return new Rates(
                    new SharedRate(settings.limits().joins()),
                    new SharedRate(settings.limits().messages()),
                    new SharedRate(settings.presence().messages()));
        }
    }
}
