package dev.galley.realtime;

import java.util.Set;

/**
 * Why a join, or something else that was asked for, is refused.
 *
 * @param code of the protocol
 * @param message for the developer of the client
 */
record Refused(String code, String message) {
    private static final Set<String> PASSING =
            Set.of("IncreaseConnectionPool", "UnableToConnectToProject", "QueryCanceled", "MissingPartition");

    static final Refused TOPIC_REQUIRED = new Refused("TopicNameRequired", "You must provide a topic name");
    static final Refused PRIVATE_ONLY = new Refused("PrivateOnly", "This project only allows private channels");
    static final Refused TOO_MANY_CHANNELS = new Refused("ChannelRateLimitReached", "Too many channels");
    static final Refused TOO_MANY_JOINS = new Refused("ClientJoinRateLimitReached", "Too many joins per second");
    static final Refused RESTARTING = new Refused("RealtimeRestarting", "Realtime is restarting, please standby");
    static final Refused REPLAY_PUBLIC =
            new Refused("UnableToReplayMessages", "Replay is not allowed for public channels");
    static final Refused REPLAY_INVALID = new Refused("UnableToReplayMessages", "Replay params are not valid");
    static final Refused UNKNOWN = new Refused("", "Unknown Error on Channel");

    static Refused unauthorized(String topic) {
        return new Refused("Unauthorized", "You do not have permissions to read from this Channel topic: " + topic);
    }

    static Refused of(Throwable failure) {
        return failure instanceof RefusedException refused ? refused.why() : UNKNOWN;
    }

    /** Whether it says nothing of the caller, and may be over soon. */
    boolean passing() {
        return PASSING.contains(code);
    }

    /** As in a reply: {@code Unauthorized: You do not ...} */
    String reason() {
        return code.isEmpty() ? message : code + ": " + message;
    }

    /** Carries it through a future. */
    RefusedException thrown() {
        return new RefusedException(this);
    }

    static final class RefusedException extends RuntimeException {
        private final transient Refused why;

        private RefusedException(Refused why) {
            super(why.reason(), null, false, false);
            this.why = why;
        }

        Refused why() {
            return why;
        }
    }
}
