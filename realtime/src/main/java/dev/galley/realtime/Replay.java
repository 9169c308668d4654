package dev.galley.realtime;

import dev.galley.realtime.Authorization.Subject;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Finds messages of the database that were sent to a private channel before, as the caller may see them. */
final class Replay {
    /** The newest come first, so that the limit leaves out the oldest. */
    private static final String STORED =
            "select id, event, payload::text, encode(binary_payload, 'hex') from realtime.messages"
                    + " where topic = $1::text and private and extension = 'broadcast'"
                    + " and inserted_at >= to_timestamp($2::text::float8 / 1000) at time zone 'utc'"
                    + " and inserted_at < now() at time zone 'utc' + interval '1 minute'"
                    + " order by inserted_at desc limit $3::text::int";

    /** Of times that PostgreSQL knows: about the year 200,000. */
    private static final long LATEST = 6_000_000_000_000_000L;

    private final Authorization authorization;
    private final int limit;

    Replay(Authorization authorization, int limit) {
        this.authorization = authorization;
        this.limit = limit;
    }

    /** The oldest first. */
    Future<List<Outgoing.UserBroadcast>> of(ChannelName channel, Subject subject, JoinRequest.Replay asked) {
        if (!asked.valid() || asked.since() < 0 || asked.since() > LATEST) {
            return Future.failedFuture(Refused.REPLAY_INVALID.thrown());
        }
        long most = Math.clamp(asked.limit(), 1, limit);
        TextRows rows = new TextRows();
        return authorization
                .asCaller(
                        subject,
                        Authorization.statement(
                                STORED, channel.topic(), Long.toString(asked.since()), Long.toString(most)),
                        rows)
                .map(_ -> {
                    List<Outgoing.UserBroadcast> messages = new ArrayList<>();
                    for (List<Optional<String>> row : rows.rows().reversed()) {
                        message(channel, row).ifPresent(messages::add);
                    }
                    return messages;
                });
    }

    private static Optional<Outgoing.UserBroadcast> message(ChannelName channel, List<Optional<String>> row) {
        String id = row.get(0).orElseThrow();
        Optional<byte[]> bytes = row.get(3).map(HexFormat.of()::parseHex);
        Optional<byte[]> json = row.get(2).map(text -> text.getBytes(StandardCharsets.UTF_8));
        byte[] metadata = ("{\"id\":\"" + id + "\",\"replayed\":true}").getBytes(StandardCharsets.UTF_8);
        return bytes.or(() -> json)
                .map(payload -> new Outgoing.UserBroadcast(
                        channel, row.get(1).orElse(""), bytes.isEmpty(), payload, metadata, Optional.of(id)));
    }
}
