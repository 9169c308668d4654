package dev.galley.realtime;

import dev.galley.http.JsonText;
import dev.galley.live.LiveRows;
import dev.galley.live.NotSubscribed;
import dev.galley.live.Wish;
import dev.galley.postgres.changes.Position;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The changes of rows that a channel hears. Subscribing asks the database and so happens on a thread of its own; what comes from
 * there, and every change, is handed to the channel's event loop, to which everything else is confined.
 *
 * <p>A client that sends the position of the last change that it has seen ({@code config.resume}) is told first what it has missed.
 * Changes that wait for the event loop are bounded: a client that is too slow for them is told that it has to read anew.
 */
final class LiveChanges implements ChangesPart {
    private static final String EXTENSION = "postgres_changes";
    /**
     * Such a change was not told. Clients join with an old token after a lost connection and send the right one a moment later: then it
     * is told.
     */
    private static final String REFUSED = "\"errors\":[\"Error 401";

    private static final int MOST_WAITING = 5_000;

    private final LiveRows rows;
    private final Channel channel;
    private final List<ObjectNode> asked;
    private final AtomicInteger waiting = new AtomicInteger();
    private Optional<Position> position;
    /** Whether the client came with a position that is none. */
    private boolean lost;
    /** Whether the client knows that it is subscribed. */
    private boolean announced;

    private @Nullable Hearing hearing;

    LiveChanges(LiveRows rows, Channel channel, JoinRequest request) {
        this.rows = rows;
        this.channel = channel;
        this.asked = request.changes();
        String resume = request.payload().path("config").path("resume").asString("");
        this.position = Position.parse(resume);
        this.lost = !resume.isEmpty() && position.isEmpty();
    }

    @Override
    public String bindings() {
        ArrayNode bindings = TextFrames.JSON.createArrayNode();
        for (int i = 0; i < asked.size(); i++) {
            bindings.add(asked.get(i).deepCopy().put("id", i + 1));
        }
        return bindings.toString();
    }

    @Override
    public void joined() {
        if (!asked.isEmpty()) {
            subscribe(channel.token());
        }
    }

    /** Goes on where it is with the rights of the new token. */
    @Override
    public void tokenChanged(ChannelToken token) {
        if (hearing != null) {
            hearing.end();
            subscribe(token);
        }
    }

    @Override
    public void left() {
        if (hearing != null) {
            hearing.end();
            hearing = null;
        }
    }

    private void subscribe(ChannelToken token) {
        List<Wish> wishes = new ArrayList<>();
        try {
            for (ObjectNode each : asked) {
                wishes.add(Wish.read(each));
            }
        } catch (NotSubscribed wrong) {
            channel.system(EXTENSION, "error", String.valueOf(wrong.getMessage()));
            return;
        }
        Hearing next = new Hearing();
        hearing = next;
        Optional<Position> after = position;
        Thread.ofVirtual().name("realtime-subscribe").start(() -> next.begin(token, wishes, after));
    }

    /** One subscription; another takes its place when the token changes. */
    private final class Hearing implements LiveRows.Listener {
        private volatile boolean ended;
        private volatile LiveRows.@Nullable Subscription subscription;

        void begin(ChannelToken token, List<Wish> wishes, Optional<Position> after) {
            try {
                LiveRows.Subscription made = rows.subscribe(token.caller(), wishes, after, this);
                subscription = made;
                if (ended) {
                    made.close();
                    return;
                }
                onLoop(() -> {
                    if (position.isEmpty()) {
                        position = Optional.of(made.began());
                    }
                    if (!announced) {
                        announced = true;
                        system("ok", "Subscribed to PostgreSQL", made.began());
                    }
                    if (lost) {
                        lost = false;
                        missed(made.began());
                    }
                });
            } catch (NotSubscribed wrong) {
                onLoop(() -> channel.system(EXTENSION, "error", String.valueOf(wrong.getMessage())));
            } catch (SQLException e) {
                onLoop(() -> channel.system(EXTENSION, "error", "The database cannot be asked"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** May be called on the event loop. */
        void end() {
            ended = true;
            LiveRows.Subscription made = subscription;
            if (made != null) {
                made.close();
            }
        }

        @Override
        public void changed(Position at, List<Integer> numbers, String data) {
            if (waiting.incrementAndGet() > MOST_WAITING) {
                waiting.decrementAndGet();
                missed(at);
                return;
            }
            onLoop(() -> {
                waiting.decrementAndGet();
                boolean told = !data.contains(REFUSED);
                if (told) {
                    position = Optional.of(at);
                }
                StringBuilder payload = new StringBuilder(data.length() + 64).append("{\"ids\":[");
                for (int i = 0; i < numbers.size(); i++) {
                    payload.append(i == 0 ? "" : ",").append(numbers.get(i) + 1);
                }
                payload.append("],\"data\":").append(data);
                if (told) {
                    payload.append(",\"position\":");
                    JsonText.quote(payload, at.toString());
                }
                channel.push(EXTENSION, payload.append('}').toString());
            });
        }

        @Override
        public void missed(Position at) {
            onLoop(() -> {
                position = Optional.of(at);
                system("resync", "Changes may be missing: read the data anew", at);
            });
        }

        private void onLoop(Runnable work) {
            channel.session().loop().loop().execute(() -> {
                if (!ended && channel.isOpen()) {
                    work.run();
                }
            });
        }
    }

    /** As every message of its kind, and with a position to resume from. */
    private void system(String status, String message, Position at) {
        StringBuilder payload = new StringBuilder(200).append("{\"message\":");
        JsonText.quote(payload, message);
        payload.append(",\"status\":\"")
                .append(status)
                .append("\",\"extension\":\"")
                .append(EXTENSION);
        payload.append("\",\"channel\":");
        JsonText.quote(payload, channel.name().topic());
        payload.append(",\"position\":");
        JsonText.quote(payload, at.toString());
        channel.push("system", payload.append('}').toString());
    }
}
