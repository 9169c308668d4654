package dev.galley.realtime;

import dev.galley.http.JsonText;
import dev.galley.postgres.changes.Change;
import dev.galley.postgres.changes.ChangeStream;
import dev.galley.postgres.changes.Position;
import dev.galley.postgres.changes.Row;
import dev.galley.postgres.changes.Table;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Broadcasts what is inserted into {@code realtime.messages}, when it is committed and in that order. Every node reads the stream of
 * changes for its own clients. Reading begins with the first socket, so that who needs no live messages pays nothing.
 */
final class StoredMessages implements ChangeStream.Listener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StoredMessages.class.getName());
    private static final String SCHEMA = "realtime";
    private static final String TABLE = "messages";
    private static final String BROADCAST = "broadcast";
    private static final String HEX_PREFIX = "\\x";
    private static final long PATIENCE_SECONDS = 10;

    private final ChangeStream changes;
    private final Hub hub;
    private final int longest;
    private final CompletableFuture<Position> ready = new CompletableFuture<>();
    private ChangeStream.@Nullable Subscription subscription;

    /** @param longest payload in bytes; what is longer is left out */
    StoredMessages(ChangeStream changes, Hub hub, int longest) {
        this.changes = changes;
        this.hub = hub;
        this.longest = longest;
    }

    /** Begins to read, if that has not begun. */
    synchronized void start() {
        if (subscription == null) {
            subscription = changes.subscribe(Optional.empty(), this);
        }
    }

    /** Completed when no message is missed any more. */
    CompletableFuture<Position> ready() {
        return ready;
    }

    @Override
    public void began(Position position) {
        ready.complete(position);
    }

    @Override
    public void changed(List<Change> batch) throws InterruptedException {
        for (Change change : batch) {
            switch (change) {
                case Change.Insert insert
                when isMessage(insert.table()) -> message(insert).ifPresent(message -> hub.publish(message, null));
                case Change.Gap gap -> tellOfGap(gap);
                case Change.Insert _,
                        Change.Update _,
                        Change.Delete _,
                        Change.Truncate _,
                        Change.LogicalMessage _,
                        Change.TransactionEnd _ -> {}
            }
        }
        awaitLoops();
    }

    private static boolean isMessage(Table table) {
        return table.schema().equals(SCHEMA) && table.name().equals(TABLE);
    }

    private Optional<Outgoing.UserBroadcast> message(Change.Insert insert) {
        Fields fields = new Fields(insert.table(), insert.row());
        Optional<String> topic = fields.text("topic");
        Optional<String> event = fields.text("event");
        Optional<byte[]> bytes = fields.text("binary_payload").map(StoredMessages::bytes);
        Optional<byte[]> payload = bytes.or(() -> fields.bytes("payload"));
        if (topic.isEmpty()
                || event.isEmpty()
                || payload.isEmpty()
                || !fields.text("extension").equals(Optional.of(BROADCAST))) {
            return Optional.empty();
        }
        if (payload.get().length > longest) {
            LOG.log(Level.WARNING, "a message of the database is longer than realtime.max-payload and was not sent");
            return Optional.empty();
        }
        String id = fields.text("id").orElse("");
        StringBuilder metadata = new StringBuilder(120).append("{\"id\":");
        JsonText.quote(metadata, id);
        metadata.append(",\"position\":");
        JsonText.quote(metadata, insert.position().toString());
        boolean isPrivate = fields.text("private").equals(Optional.of("t"));
        return Optional.of(new Outgoing.UserBroadcast(
                new ChannelName(topic.get(), isPrivate),
                event.get(),
                bytes.isEmpty(),
                payload.get(),
                metadata.append('}').toString().getBytes(StandardCharsets.UTF_8),
                Optional.of(id)));
    }

    private static byte[] bytes(String printed) {
        return printed.startsWith(HEX_PREFIX)
                ? HexFormat.of().parseHex(printed.substring(HEX_PREFIX.length()))
                : printed.getBytes(StandardCharsets.UTF_8);
    }

    /** Columns by name: a table of an older project may have them in another order. */
    private record Fields(Table table, Row row) {
        Optional<String> text(String column) {
            int index = table.indexOf(column);
            return index < 0 ? Optional.empty() : row.text(index);
        }

        Optional<byte[]> bytes(String column) {
            int index = table.indexOf(column);
            return index < 0 ? Optional.empty() : row.bytes(index);
        }
    }

    private void tellOfGap(Change.Gap gap) {
        LOG.log(Level.WARNING, "messages of the database may have been missed: {0}", gap.reason());
        for (LoopHub loop : hub.loops()) {
            loop.loop().execute(loop::tellOfGap);
        }
    }

    /** The stream is faster than the sockets may be: what is under way to them is bounded by one batch. */
    private void awaitLoops() throws InterruptedException {
        int loops = 0;
        for (LoopHub _ : hub.loops()) {
            loops++;
        }
        CountDownLatch done = new CountDownLatch(loops);
        for (LoopHub loop : hub.loops()) {
            loop.loop().execute(done::countDown);
        }
        if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            LOG.log(Level.WARNING, "an event loop is busy for more than {0} s", PATIENCE_SECONDS);
        }
    }

    @Override
    public synchronized void close() {
        if (subscription != null) {
            subscription.close();
        }
    }
}
