package dev.galley.live;

import dev.galley.identity.Caller;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.changes.Change;
import dev.galley.postgres.changes.ChangeStream;
import dev.galley.postgres.changes.Position;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells callers of changes of rows that they wish to hear of and may see.
 *
 * <p>One subscription to the stream serves all callers who hear what happens now. A caller who comes back with a position has a
 * subscription of their own that begins there, with the same checks by the policies of today, until it has reached the
 * others; then it joins them. One lock guards who hears what; it is held while a batch is decided and told, so that nobody joins or
 * leaves in the middle. Leaving takes no lock: who has left is passed over, and removed later.
 */
public final class LiveRows implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LiveRows.class.getName());
    private static final String SCHEMA_CHANGE = "galley.schema";

    private final ChangeStream stream;
    private final Rules rules;
    private final Asker asker;
    private final Subscribing subscribing;
    private final LiveSettings settings;
    private final ReentrantLock turn = new ReentrantLock();
    private final Map<Integer, TableIndex> indexes = new HashMap<>();
    private final Set<Hearer> hearers = new LinkedHashSet<>();
    private final Queue<Hearer> left = new ConcurrentLinkedQueue<>();
    private final Set<ChangeStream.Subscription> catchingUp = ConcurrentHashMap.newKeySet();
    private final CountDownLatch began = new CountDownLatch(1);
    /** Guarded by {@link #turn}. */
    private @Nullable Position reached;

    private ChangeStream.@Nullable Subscription common;
    private volatile boolean closed;

    /**
     * @param eventLoops how many of them ask the database
     * @param searchPath for policies and filters, as the setting of that name
     */
    public LiveRows(
            ChangeStream stream,
            PlatformDatabase database,
            RequestTransaction transactions,
            Vertx vertx,
            int eventLoops,
            String searchPath,
            LiveSettings settings) {
        this.stream = stream;
        this.settings = settings;
        this.rules = new Rules(new RulesReader(database, settings.publication()), settings.rulesAge());
        this.asker = new Asker(transactions, vertx, eventLoops, searchPath, settings.checkTimeout());
        this.subscribing = new Subscribing(rules, asker);
    }

    /** Is told in order, on threads that must not be held up: it hands over what it gets. */
    public interface Listener {
        /**
         * @param wishes whose change it is, by their place in the list, from 0
         * @param data the JSON object that stands in {@code data} of {@code postgres_changes}
         */
        void changed(Position position, List<Integer> wishes, String data);

        /** Up to this position something may be missing: what was kept of the data has to be read anew. */
        void missed(Position position);
    }

    /** What a caller hears. */
    public interface Subscription extends AutoCloseable {
        /** From where it tells everything. */
        Position began();

        /** May be called on an event loop. */
        @Override
        void close();
    }

    /**
     * Blocks until the stream runs and the database has looked at the wishes.
     *
     * @param after where the caller has stopped hearing before; empty for what happens from now on
     * @throws NotSubscribed when a wish cannot be had; nothing is subscribed then
     */
    public Subscription subscribe(Caller caller, List<Wish> wishes, Optional<Position> after, Listener listener)
            throws NotSubscribed, SQLException, InterruptedException {
        begin();
        Position now = awaitReached();
        Position from = after.orElse(now);
        Hearer hearer = new Hearer(caller, listener, from);
        for (int i = 0; i < wishes.size(); i++) {
            hearer.add(i, wishes.get(i), subscribing.tests(hearer, wishes.get(i)));
        }
        if (after.isPresent()) {
            CatchingUp own = new CatchingUp(hearer, from);
            ChangeStream.Subscription subscription = stream.subscribe(after, own);
            own.started(subscription);
        } else {
            turn.lockInterruptibly();
            try {
                join(hearer);
            } finally {
                turn.unlock();
            }
        }
        return new Subscription() {
            @Override
            public Position began() {
                return from;
            }

            @Override
            public void close() {
                hearer.close();
                left.add(hearer);
            }
        };
    }

    /** How many callers hear of changes. */
    public int callers() {
        return hearers.size();
    }

    private void begin() {
        turn.lock();
        try {
            if (common == null && !closed) {
                common = stream.subscribe(Optional.empty(), new Common());
            }
        } finally {
            turn.unlock();
        }
    }

    private Position awaitReached() throws InterruptedException {
        began.await();
        turn.lockInterruptibly();
        try {
            if (reached == null) {
                throw new IllegalStateException("began without a position");
            }
            return reached;
        } finally {
            turn.unlock();
        }
    }

    private void join(Hearer hearer) {
        removeThoseWhoLeft();
        if (hearer.isClosed()) {
            return;
        }
        hearers.add(hearer);
        for (TableIndex index : indexes.values()) {
            hearer.bindings().forEach(binding -> add(index, binding));
        }
    }

    private void removeThoseWhoLeft() {
        for (Hearer gone = left.poll(); gone != null; gone = left.poll()) {
            hearers.remove(gone);
            for (TableIndex index : indexes.values()) {
                gone.bindings().forEach(index::remove);
            }
        }
    }

    private List<Hearer.Binding> candidates(RowChange change, TableRules table) {
        TableIndex index = indexes.get(table.oid());
        if (index == null || !index.fits(table)) {
            index = index(table);
            indexes.put(table.oid(), index);
        }
        return index.candidates(change);
    }

    private TableIndex index(TableRules table) {
        TableIndex index = new TableIndex(table, new HashMap<>());
        for (Hearer hearer : hearers) {
            for (Hearer.Binding binding : hearer.bindings()) {
                add(index, binding);
            }
        }
        return index;
    }

    private void add(TableIndex index, Hearer.Binding binding) {
        TableRules table = index.rules();
        if (!binding.wish().concerns(table.schema(), table.name())) {
            return;
        }
        String role = binding.hearer().role();
        if (!index.knows(role)) {
            try {
                index.owner(role, rules.of(table, role).owner());
            } catch (SQLException e) {
                index.owner(role, Optional.empty());
            }
        }
        index.add(binding);
    }

    /** Decides and tells a part of the stream that no change of the schema interrupts. */
    private void pass(
            List<Change> changes, java.util.function.BiFunction<RowChange, TableRules, List<Hearer.Binding>> candidates)
            throws InterruptedException {
        Batch batch = new Batch(rules, asker, settings.maxRecordBytes());
        for (Change change : changes) {
            Optional<RowChange> row = RowChange.of(change);
            if (row.isPresent()) {
                addRepeatedly(batch, row.get(), candidates);
            } else if (change instanceof Change.LogicalMessage message
                    && message.prefix().equals(SCHEMA_CHANGE)) {
                batch.decide();
                batch.tell();
                batch = new Batch(rules, asker, settings.maxRecordBytes());
                rules.forget();
            }
        }
        batch.decide();
        batch.tell();
    }

    /** While the catalog cannot be read nothing can be decided: the stream waits. */
    private void addRepeatedly(
            Batch batch,
            RowChange change,
            java.util.function.BiFunction<RowChange, TableRules, List<Hearer.Binding>> candidates)
            throws InterruptedException {
        while (true) {
            try {
                batch.add(change, candidates);
                return;
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.WARNING, "The rules of a table cannot be read: {0}", e.getMessage());
                Thread.sleep(500);
            }
        }
    }

    /** Tells all who hear what happens now. */
    private final class Common implements ChangeStream.Listener {
        @Override
        public void began(Position position) {
            turn.lock();
            try {
                reached = position;
            } finally {
                turn.unlock();
            }
            began.countDown();
        }

        @Override
        public void changed(List<Change> changes) throws InterruptedException {
            turn.lockInterruptibly();
            try {
                removeThoseWhoLeft();
                for (Change change : changes) {
                    if (change instanceof Change.Gap(Position position, var _)) {
                        hearers.forEach(hearer -> hearer.listener().missed(position));
                    }
                }
                pass(changes, LiveRows.this::candidates);
                reached = changes.getLast().position();
            } finally {
                turn.unlock();
            }
        }
    }

    /** Tells one caller of what was missed. */
    private final class CatchingUp implements ChangeStream.Listener {
        private final Hearer hearer;
        private Position told;
        private ChangeStream.@Nullable Subscription subscription;
        private boolean over;

        CatchingUp(Hearer hearer, Position from) {
            this.hearer = hearer;
            this.told = from;
        }

        synchronized void started(ChangeStream.Subscription own) {
            subscription = own;
            if (over) {
                own.close();
            } else {
                catchingUp.add(own);
            }
        }

        private synchronized void end() {
            over = true;
            if (subscription != null) {
                catchingUp.remove(subscription);
                subscription.close();
            }
        }

        @Override
        public void began(Position position) {
            joinIfReached();
        }

        @Override
        public void changed(List<Change> changes) throws InterruptedException {
            if (hearer.isClosed()) {
                end();
                return;
            }
            for (Change change : changes) {
                if (change instanceof Change.Gap(Position position, var _)) {
                    hearer.listener().missed(position);
                    hearer.heardTo(position);
                }
            }
            pass(
                    changes,
                    (change, table) -> hearer.bindings().stream()
                            .filter(binding -> binding.wish().concerns(table.schema(), table.name()))
                            .toList());
            told = changes.getLast().position();
            hearer.heardTo(told);
            joinIfReached();
        }

        private void joinIfReached() {
            turn.lock();
            try {
                boolean there = reached != null && reached.history() == told.history() && !reached.isAfter(told);
                if (there && !over) {
                    join(hearer);
                    end();
                }
            } finally {
                turn.unlock();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        turn.lock();
        try {
            if (common != null) {
                common.close();
            }
        } finally {
            turn.unlock();
        }
        catchingUp.forEach(ChangeStream.Subscription::close);
    }
}
