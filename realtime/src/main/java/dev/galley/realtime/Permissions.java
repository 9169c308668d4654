package dev.galley.realtime;

import dev.galley.realtime.Authorization.Extension;
import dev.galley.realtime.Authorization.MayRead;
import dev.galley.realtime.Authorization.Subject;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a channel's policies have said about a token. Another token, or another look at the policies, makes another one of these, so
 * that nothing is decided by what held before. What is not known yet is asked for when it is needed, once.
 */
final class Permissions {
    private final Optional<Subject> subject;
    private final Authorization authorization;
    private final Map<Extension, Future<Boolean>> writable = new EnumMap<>(Extension.class);
    private final boolean broadcast;
    private Optional<Boolean> presence;

    private Permissions(
            Optional<Subject> subject, Authorization authorization, boolean broadcast, Optional<Boolean> presence) {
        this.subject = subject;
        this.authorization = authorization;
        this.broadcast = broadcast;
        this.presence = presence;
    }

    /** Of a public channel: everything. */
    static Permissions everything(Authorization authorization) {
        return new Permissions(Optional.empty(), authorization, true, Optional.of(true));
    }

    static Permissions of(Subject subject, MayRead readable, Authorization authorization) {
        return new Permissions(Optional.of(subject), authorization, readable.broadcast(), readable.presence());
    }

    boolean mayHear(Outgoing.Kind kind) {
        return switch (kind) {
            case BROADCAST -> broadcast;
            case PRESENCE -> presence.orElse(false);
        };
    }

    boolean readsBroadcasts() {
        return broadcast;
    }

    boolean readsPresence() {
        return presence.orElse(false);
    }

    /** Whether something that this one allows is not allowed any more. */
    boolean losesAgainst(Permissions later) {
        return (broadcast && !later.broadcast) || (readsPresence() && !later.readsPresence());
    }

    /** Asks whether presence may be read, unless that is known. */
    Future<Boolean> readPresence() {
        if (presence.isPresent() || subject.isEmpty()) {
            return Future.succeededFuture(readsPresence());
        }
        return authorization.read(subject.get(), true).map(readable -> {
            presence = readable.presence();
            return readsPresence();
        });
    }

    /** Whether the caller may send. Asked once; a failure is forgotten, so that the next message asks again. */
    Future<Boolean> write(Extension extension) {
        if (subject.isEmpty()) {
            return Future.succeededFuture(true);
        }
        Future<Boolean> known = writable.get(extension);
        if (known == null || known.failed()) {
            known = authorization.write(subject.get(), extension);
            writable.put(extension, known);
        }
        return known;
    }
}
