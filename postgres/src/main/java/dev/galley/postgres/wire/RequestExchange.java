package dev.galley.postgres.wire;

import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.TransactionRequest.Step;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a request on one connection: settings and steps up to the Sync.
 *
 * <p>The server runs what precedes a Sync as one implicit transaction and commits it at the Sync, unless an explicit BEGIN
 * stands in front. After an error it skips all messages up to the Sync, Parse messages included.
 */
final class RequestExchange implements Exchange {
    private static final byte[] UNNAMED = {};
    private static final List<byte @Nullable []> NO_PARAMETERS = List.of();

    private final CallerRequest owner;
    private final WireConnection connection;
    /** The statement timeout of the express lane, or empty in the regular one and where the role's own is shorter. */
    private final String shortTimeout;

    private final boolean express;
    private final long[] counts;
    private final ArrayList<byte[]> used = new ArrayList<>(4);
    private final ArrayDeque<byte[]> unparsed = new ArrayDeque<>(2);
    private int before;
    private int completed;
    private boolean explicit;
    private long startedNanos;
    private long sequence;
    private @Nullable ServerError error;

    RequestExchange(CallerRequest owner, WireConnection connection, boolean express, String shortTimeout) {
        this.owner = owner;
        this.connection = connection;
        this.express = express;
        this.shortTimeout = shortTimeout;
        this.counts = new long[owner.request().steps().size()];
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
        return completed >= before + counts.length;
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
        boolean commits = request.ending() instanceof Commit;
        String isolation = Isolation.level(request.settings());
        explicit = !commits || !isolation.isEmpty();
        if (explicit) {
            utility(out, isolation.isEmpty() ? "BEGIN" : "BEGIN ISOLATION LEVEL " + isolation);
        }
        if (express || connection.statements() == null) {
            utility(out, "RESET ALL");
        }
        settings(out, request);
        before = used.size();
        for (Step step : request.steps()) {
            statement(out, step.statement(), request.role());
        }
        if (request.ending() instanceof Rollback) {
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

    private void settings(ByteBuf out, TransactionRequest request) {
        List<LocalSetting> settings = request.settings();
        boolean replaces = hasShortTimeout();
        Map<String, String> output = connection.statements() == null ? Login.OUTPUT_SETTINGS : Map.of();
        int count = 1 + output.size() + settings.size() + (request.readOnly() ? 1 : 0) + (replaces ? 1 : 0);
        byte[] name = prepare(out, SettingsStatement.sql(count, express), StatementCache.ANY_ROLE);
        int bind = FrontendMessages.beginBind(out, name, 2 * count);
        setting(out, "role", request.role());
        if (request.readOnly()) {
            setting(out, "transaction_read_only", "on");
        }
        for (Map.Entry<String, String> entry : output.entrySet()) {
            setting(out, entry.getKey(), entry.getValue());
        }
        for (int i = 0; i < settings.size(); i++) {
            LocalSetting setting = settings.get(i);
            if (isIdentity(setting.name())) {
                throw new IllegalArgumentException("the role is no ordinary setting");
            }
            setting(out, setting.name(), setting.value());
        }
        if (replaces) {
            setting(out, "statement_timeout", shortTimeout);
        }
        FrontendMessages.endBind(out, bind);
        FrontendMessages.execute(out);
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
        int step = completed - before;
        if (step >= 0 && step < counts.length && error == null) {
            owner.row(step, body);
        }
    }

    @Override
    public void tooLong(int bytes) {
        owner.tooLong(bytes);
    }

    @Override
    public void completed(long rows) {
        int step = completed++ - before;
        if (step >= 0 && step < counts.length) {
            counts[step] = rows;
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
