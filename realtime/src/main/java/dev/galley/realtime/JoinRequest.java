package dev.galley.realtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client asks for when it joins: {@code {"config":{"broadcast","presence","postgres_changes","private"},"access_token"}}. Read
 * leniently, as clients of many years send it: booleans may be strings, and what cannot be understood counts as not sent.
 *
 * @param payload as it came, for the parts that read more of it
 * @param broadcast the object of that name
 * @param presence the object of that name
 * @param changes the entries of {@code postgres_changes}
 */
record JoinRequest(
        ObjectNode payload,
        boolean isPrivate,
        Broadcast broadcast,
        Presence presence,
        List<ObjectNode> changes,
        Optional<String> accessToken) {

    /**
     * @param ack whether broadcasts are to be confirmed
     * @param self whether the sender hears its own broadcasts
     * @param replicationReady whether to be told when messages of the database arrive
     */
    record Broadcast(boolean ack, boolean self, boolean replicationReady, Optional<Replay> replay) {}

    /**
     * @param since in milliseconds since 1970
     * @param limit as asked for
     */
    record Replay(boolean valid, long since, long limit) {}

    /**
     * @param told whether the client says at all if it wants presence; older ones do not and hear of all
     * @param key the name under which it appears; empty for one to be made up
     */
    record Presence(boolean enabled, boolean told, String key) {}

    static JoinRequest read(ObjectNode payload) {
        JsonNode config = payload.path("config");
        List<ObjectNode> changes = new ArrayList<>();
        for (JsonNode change : config.path("postgres_changes")) {
            if (change instanceof ObjectNode object) {
                changes.add(object);
            }
        }
        return new JoinRequest(
                payload,
                flag(config.path("private")),
                broadcast(config.path("broadcast")),
                presence(config.path("presence")),
                List.copyOf(changes),
                payload.path("user_token")
                        .stringValueOpt()
                        .or(() -> payload.path("access_token").stringValueOpt()));
    }

    private static Broadcast broadcast(JsonNode config) {
        JsonNode replay = config.path("replay");
        Optional<Replay> asked = replay.isMissingNode() || replay.isNull()
                ? Optional.empty()
                : Optional.of(new Replay(
                        replay.path("since").canConvertToLong() && limit(replay).isPresent(),
                        replay.path("since").asLong(0),
                        limit(replay).orElse(0L)));
        return new Broadcast(
                flag(config.path("ack")), flag(config.path("self")), flag(config.path("replication_ready")), asked);
    }

    private static Optional<Long> limit(JsonNode replay) {
        JsonNode limit = replay.path("limit");
        if (limit.isMissingNode() || limit.isNull()) {
            return Optional.of(Long.MAX_VALUE);
        }
        return limit.canConvertToLong() ? Optional.of(limit.asLong()) : Optional.empty();
    }

    private static Presence presence(JsonNode config) {
        JsonNode enabled = config.path("enabled");
        JsonNode key = config.path("key");
        return new Presence(
                flag(enabled), !enabled.isMissingNode(), key.isString() || key.isNumber() ? key.asString() : "");
    }

    private static boolean flag(JsonNode value) {
        return value.isBoolean()
                ? value.booleanValue()
                : value.isString()
                        && value.stringValue().toLowerCase(Locale.ROOT).equals("true");
    }
}
