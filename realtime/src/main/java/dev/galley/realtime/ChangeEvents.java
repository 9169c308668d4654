package dev.galley.realtime;

import dev.galley.http.JsonText;
import dev.galley.http.Requests;
import dev.galley.live.LiveRows;
import dev.galley.live.NotSubscribed;
import dev.galley.live.Wish;
import dev.galley.postgres.changes.Position;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes of rows as Server-Sent Events (WHATWG HTML, "Server-sent events"), for clients without WebSockets:
 * {@code GET /realtime/v1/sse?apikey=...&schema=public&table=notes&event=*&filter=id=eq.1}. Each event's id is a position; a browser that
 * reconnects sends the last one by itself ({@code Last-Event-ID}) and is told first what it has missed. A client that is too slow is let
 * go: it comes back with its position.
 */
final class ChangeEvents implements Handler<RoutingContext> {
    private static final int BAD_REQUEST = 400;
    private static final int TOO_MANY = 429;
    private static final int MOST_WAITING = 5_000;
    private static final long BEAT_MILLIS = 15_000;
    private static final List<String> PARAMETERS = List.of("event", "schema", "table", "filter");

    private final Realtime realtime;
    private final Handshake handshake;
    private final LiveRows rows;

    ChangeEvents(Realtime realtime, Handshake handshake, LiveRows rows) {
        this.realtime = realtime;
        this.handshake = handshake;
        this.rows = rows;
    }

    @Override
    public void handle(RoutingContext context) {
        Optional<ChannelToken> token = handshake.token(context);
        if (token.isEmpty()) {
            return;
        }
        Wish wish;
        try {
            wish = wish(context.request());
        } catch (NotSubscribed wrong) {
            handshake.refuse(context, BAD_REQUEST, String.valueOf(wrong.getMessage()));
            return;
        }
        if (realtime.sockets().incrementAndGet() > realtime.settings().limits().connections()) {
            realtime.sockets().decrementAndGet();
            handshake.refuse(context, TOO_MANY, "Too many connected users");
            return;
        }
        Requests.longLived(context);
        String last = context.request().getHeader("Last-Event-ID");
        Stream stream = new Stream(context, token.get());
        stream.open(wish, last == null ? context.request().getParam("last_event_id") : last);
    }

    private static Wish wish(HttpServerRequest request) throws NotSubscribed {
        ObjectNode entry = TextFrames.JSON.createObjectNode();
        for (String name : PARAMETERS) {
            String value = request.getParam(name);
            if (value != null) {
                entry.put(name, value);
            }
        }
        String select = request.getParam("select");
        if (select != null) {
            var columns = entry.putArray("select");
            for (String column : select.split(",", -1)) {
                columns.add(column);
            }
        }
        return Wish.read(entry);
    }

    /** One client; confined to its event loop but for what the listener is told. */
    private final class Stream implements LiveRows.Listener {
        private final Context loop = Objects.requireNonNull(Vertx.currentContext(), "on an event loop");
        private final RoutingContext context;
        private final HttpServerResponse response;
        private final ChannelToken token;
        private final AtomicInteger waiting = new AtomicInteger();
        private volatile boolean over;
        private volatile LiveRows.@Nullable Subscription subscription;
        /** What came before the headers were sent. */
        private final StringBuilder early = new StringBuilder();

        private boolean begun;
        private long beat;

        Stream(RoutingContext context, ChannelToken token) {
            this.context = context;
            this.response = context.response();
            this.token = token;
        }

        void open(Wish wish, @Nullable String resume) {
            Optional<Position> after = Optional.ofNullable(resume).flatMap(Position::parse);
            boolean lost = resume != null && !resume.isEmpty() && after.isEmpty();
            response.closeHandler(_ -> end());
            Thread.ofVirtual().name("sse-subscribe").start(() -> subscribe(wish, after, lost));
        }

        private void subscribe(Wish wish, Optional<Position> after, boolean lost) {
            try {
                LiveRows.Subscription made = rows.subscribe(token.caller(), List.of(wish), after, this);
                subscription = made;
                if (over) {
                    made.close();
                    return;
                }
                onLoop(() -> {
                    begin(made.began());
                    if (lost) {
                        resync(made.began());
                    }
                });
            } catch (NotSubscribed wrong) {
                onLoop(() -> refuse(String.valueOf(wrong.getMessage())));
            } catch (SQLException e) {
                onLoop(() -> refuse("The database cannot be asked"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void begin(Position position) {
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .putHeader("X-Accel-Buffering", "no");
            response.setWriteQueueMaxSize(realtime.settings().limits().waiting());
            String meanwhile = early.toString();
            early.setLength(0);
            begun = true;
            send("retry: 1000\nevent: subscribed\nid: " + position + "\ndata: {}\n\n" + meanwhile);
            beat = context.vertx().setPeriodic(BEAT_MILLIS, _ -> beat());
        }

        private void refuse(String message) {
            over = true;
            realtime.sockets().decrementAndGet();
            handshake.refuse(context, BAD_REQUEST, message);
        }

        /** A sign of life, and a look whether the token is still good. */
        private void beat() {
            boolean good = !token.expiredAt(realtime.clock().instant().getEpochSecond())
                    && !realtime.draining().get();
            if (good) {
                send(": \n\n");
            } else {
                send("event: expired\ndata: {}\n\n");
                var _ = response.end();
                end();
            }
        }

        @Override
        public void changed(Position position, List<Integer> wishes, String data) {
            if (waiting.incrementAndGet() > MOST_WAITING) {
                onLoop(this::letGo);
                return;
            }
            onLoop(() -> {
                waiting.decrementAndGet();
                send("id: " + position + "\ndata: " + data + "\n\n");
            });
        }

        @Override
        public void missed(Position position) {
            onLoop(() -> resync(position));
        }

        private void resync(Position position) {
            send("event: resync\nid: " + position + "\ndata: {\"message\":"
                    + JsonText.quoted("Changes may be missing: read the data anew") + "}\n\n");
        }

        private void send(String text) {
            if (!begun) {
                early.append(text);
            } else if (response.writeQueueFull()) {
                letGo();
            } else if (!over) {
                var _ = response.write(text);
            }
        }

        private void letGo() {
            var _ = response.reset();
            end();
        }

        private void onLoop(Runnable work) {
            loop.runOnContext(_ -> {
                if (!over) {
                    work.run();
                }
            });
        }

        private void end() {
            if (over) {
                return;
            }
            over = true;
            context.vertx().cancelTimer(beat);
            realtime.sockets().decrementAndGet();
            LiveRows.Subscription made = subscription;
            if (made != null) {
                made.close();
            }
        }
    }
}
