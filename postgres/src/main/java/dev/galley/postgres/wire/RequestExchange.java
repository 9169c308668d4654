package dev.galley.postgres.wire;

import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Ending;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.TransactionRequest.Step;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a request on one connection: settings and steps up to the Sync; or the further steps of a transaction that an
 * earlier exchange has left open.
 *
 * <p>The server runs what precedes a Sync as one implicit transaction and commits it at the Sync, unless an explicit BEGIN
 * stands in front. After an error it skips all messages up to the Sync, Parse messages included.
 */
final class RequestExchange implements Exchange {
    private static final byte[] UNNAMED = {};

    /** No letters but those that every encoding has. */
    private static final String UTF8_AGAIN = "select pg_catalog.set_config('client_encoding','UTF8',true)";

    /** Inside a savepoint a transaction that may write can be made to refuse it for a while; nothing else takes that back. */
    private static final String FORBID_WRITES = "SAVEPOINT galley_reading";

    private static final String ALLOW_WRITES = "RELEASE SAVEPOINT galley_reading";

    private static final List<byte @Nullable []> NO_PARAMETERS = List.of();

    private final CallerRequest owner;
    private final WireConnection connection;
    /** The statement timeout of the express lane, or empty in the regular one and where the role's own is shorter. */
    private final String shortTimeout;

    private final boolean express;
    private final List<Step> steps;
    private final Ending ending;
    private final boolean continued;
    private final long[] counts;
    private final ArrayList<byte[]> used = new ArrayList<>(4);
    private final ArrayDeque<byte[]> unparsed = new ArrayDeque<>(2);
    /** Which of the messages between the steps only set settings; null when none does. */
    private @Nullable BitSet between;

    /** Whether the savepoint is open; so it may be from one exchange to the next. */
    private boolean reading;

    private int before;
    private int completed;
    private int step;
    private boolean explicit;
    private long startedNanos;
    private long sequence;
    private @Nullable ServerError error;

    RequestExchange(CallerRequest owner, WireConnection connection, boolean express, String shortTimeout) {
        this.owner = owner;
        this.connection = connection;
        this.express = express;
        this.shortTimeout = shortTimeout;
        this.steps = owner.request().steps();
        this.ending = owner.request().ending();
        this.continued = false;
        this.counts = new long[steps.size()];
    }

    /** Goes on in the transaction that another exchange has left open. */
    RequestExchange(RequestExchange earlier, List<Step> steps, Ending ending) {
        this.owner = earlier.owner;
        this.connection = earlier.connection;
        this.express = false;
        this.shortTimeout = "";
        this.steps = steps;
        this.ending = ending;
        this.continued = true;
        this.reading = earlier.reading;
        this.counts = new long[steps.size()];
    }

    void start() {
        startedNanos = System.nanoTime();
        connection.submit(this);
        sequence = connection.submitted();
    }

    WireConnection connection() {
        return connection;
    }

    boolean isExpress() {
        return express;
    }

    /** Whether the error can only come from the express lane's own timeout. */
    boolean hasShortTimeout() {
        return !shortTimeout.isEmpty();
    }

    boolean isSent() {
        return connection.sent() >= sequence;
    }

    /** Whether every step has been answered, so that only the end of the transaction is open. */
    boolean stepsDone() {
        return step >= counts.length;
    }

    /** The step at which an error has come, or a negative number when it was none of them. */
    int failedStep() {
        return completed < before || stepsDone() ? -1 : step;
    }

    List<Long> counts() {
        return counts.length == 1
                ? List.of(counts[0])
                : Arrays.stream(counts).boxed().toList();
    }

    /** How long the server was at it, without what was in front of it on the same connection. */
    long serviceNanos() {
        return Math.max(0, System.nanoTime() - Math.max(startedNanos, connection.lastReadyNanos()));
    }

    @Override
    public void encode(ByteBuf out) {
        StatementCache cache = connection.statements();
        int closing = cache == null ? 0 : cache.toClose().size();
        for (int i = 0; cache != null && i < closing; i++) {
            FrontendMessages.closeStatement(out, cache.toClose().get(i));
        }
        try {
            encodeRequest(out, owner.request());
        } catch (RuntimeException | Error e) {
            forgetUnparsed();
            throw e;
        }
        if (cache != null && closing > 0) {
            cache.toClose().subList(0, closing).clear();
        }
    }

    private void encodeRequest(ByteBuf out, TransactionRequest request) {
        boolean commits = ending instanceof Commit;
        if (continued) {
            explicit = true;
        } else {
            begin(out, request, commits);
        }
        before = used.size();
        boolean later = continued;
        String role = request.role();
        for (Step each : steps) {
            // Under another encoding the bytes of a quote or a backslash may belong to a letter: RESET ALL sets it back
            // too.
            if (!each.settings().isEmpty()) {
                read(out, refusesWrites(each));
                setBetween(used.size());
                utility(out, "RESET ALL");
                setBetween(used.size());
                role = each.role().orElse(request.role());
                settings(out, request, role, each.settings());
            } else if (later) {
                setBetween(used.size());
                utility(out, UTF8_AGAIN);
            }
            later = true;
            statement(out, each.statement(), role);
        }
        if (ending instanceof Rollback) {
            read(out, false);
            if (!request.readOnly()) {
                // The answer must be that of a commit: a deferred constraint may still refuse.
                utility(out, "SET CONSTRAINTS ALL IMMEDIATE");
            }
            utility(out, "ROLLBACK");
        } else if (commits && explicit) {
            utility(out, "COMMIT");
        }
        FrontendMessages.sync(out);
    }

    private void begin(ByteBuf out, TransactionRequest request, boolean commits) {
        if (connection.isPooled()) {
            // No Sync behind them, at which a pooler would take the session away.
            ResetExchange.TRANSACTION.forEach(sql -> utility(out, sql));
        }
        String isolation = Isolation.level(request.settings());
        explicit = !commits || !isolation.isEmpty() || steps.stream().anyMatch(this::refusesWrites);
        if (explicit) {
            utility(out, isolation.isEmpty() ? "BEGIN" : "BEGIN ISOLATION LEVEL " + isolation);
        }
        if (express && !connection.isPooled()) {
            utility(out, "RESET ALL");
        }
        settings(out, request, request.role(), request.settings());
    }

    private boolean refusesWrites(Step step) {
        return step.readOnly() && !owner.request().readOnly();
    }

    /** @param only whether what follows only reads */
    private void read(ByteBuf out, boolean only) {
        if (reading && only) {
            // A statement that only reads cannot leave the savepoint, nor make it writable.
            return;
        }
        if (reading) {
            setBetween(used.size());
            utility(out, ALLOW_WRITES);
        }
        if (only) {
            setBetween(used.size());
            utility(out, FORBID_WRITES);
        }
        reading = only;
    }

    private void setBetween(int message) {
        BitSet marks = between;
        if (marks == null) {
            between = marks = new BitSet();
        }
        marks.set(message);
    }

    private boolean isStep(int message) {
        return message >= before && step < counts.length && (between == null || !between.get(message));
    }

    /** The session is as it began, so that what it began with need not be set. */
    private void settings(ByteBuf out, TransactionRequest request, String role, List<LocalSetting> settings) {
        Map<String, String> everyTime = connection.session().everyTime();
        int count = 1 + everyTime.size() + (request.readOnly() || reading ? 1 : 0) + (hasShortTimeout() ? 1 : 0);
        for (int i = 0; i < settings.size(); i++) {
            count += mustSet(settings, i) ? 1 : 0;
        }
        byte[] name =
                prepare(out, SettingsStatement.sql(count, express || connection.isPooled()), StatementCache.ANY_ROLE);
        int bind = FrontendMessages.beginBind(out, name, 2 * count);
        setting(out, "role", role);
        if (request.readOnly() || reading) {
            setting(out, "transaction_read_only", "on");
        }
        for (Map.Entry<String, String> entry : everyTime.entrySet()) {
            setting(out, entry.getKey(), entry.getValue());
        }
        for (int i = 0; i < settings.size(); i++) {
            LocalSetting setting = settings.get(i);
            if (isIdentity(setting.name())) {
                throw new IllegalArgumentException("the role is no ordinary setting");
            }
            if (mustSet(settings, i)) {
                setting(out, setting.name(), setting.value());
            }
        }
        if (hasShortTimeout()) {
            setting(out, "statement_timeout", shortTimeout);
        }
        FrontendMessages.endBind(out, bind);
        FrontendMessages.execute(out);
    }

    private boolean mustSet(List<LocalSetting> settings, int index) {
        boolean replaced = hasShortTimeout() && settings.get(index).name().equals("statement_timeout");
        return !replaced && connection.session().mustSet(settings, index);
    }

    /** Set twice, the second would win. */
    private static boolean isIdentity(String name) {
        return name.equalsIgnoreCase("role") || name.equalsIgnoreCase("session_authorization");
    }

    private static void setting(ByteBuf out, String name, String value) {
        FrontendMessages.textParameter(out, name);
        FrontendMessages.textParameter(out, value);
    }

    private void utility(ByteBuf out, String sql) {
        FrontendMessages.bindAndExecute(out, prepare(out, sql, StatementCache.ANY_ROLE), NO_PARAMETERS);
    }

    private void statement(ByteBuf out, Statement statement, String role) {
        FrontendMessages.bindAndExecute(out, prepare(out, statement.sql(), role), statement.parameters());
    }

    private byte[] prepare(ByteBuf out, String sql, String role) {
        StatementCache cache = connection.statements();
        byte[] name = cache == null ? UNNAMED : cache.find(sql, role);
        if (cache != null && name != null && owner.mustPrepareAnew()) {
            cache.forget(name);
            name = null;
        }
        if (name == null || cache == null) {
            name = cache == null ? UNNAMED : cache.add(sql, role);
            unparsed.add(name);
            FrontendMessages.parse(out, name, sql);
        }
        used.add(name);
        return name;
    }

    @Override
    public void parsed() {
        unparsed.poll();
    }

    @Override
    public void row(ByteBuf body) {
        if (error == null && isStep(completed)) {
            owner.row(step, body);
        }
    }

    @Override
    public void tooLong(int bytes) {
        owner.tooLong(bytes);
    }

    @Override
    public void completed(long rows) {
        if (isStep(completed++)) {
            counts[step++] = rows;
        }
    }

    @Override
    public void failed(ServerError serverError) {
        if (error != null) {
            return;
        }
        error = serverError;
        StatementCache cache = connection.statements();
        if (cache == null) {
            return;
        }
        forgetUnparsed();
        if (serverError.sqlState().equals("26000")) {
            cache.forgetAll();
        } else if (serverError.isStaleStatement() && completed < used.size()) {
            cache.forget(used.get(completed));
        }
    }

    private void forgetUnparsed() {
        StatementCache cache = connection.statements();
        if (cache != null) {
            unparsed.forEach(cache::forget);
        }
        unparsed.clear();
    }

    @Override
    public void ready(byte status) {
        if (explicit && status != 'I') {
            owner.openTransaction(this, error);
        } else {
            owner.answered(this, error);
        }
    }

    @Override
    public void lost(String reason) {
        owner.lost(this, error, reason);
    }
}
