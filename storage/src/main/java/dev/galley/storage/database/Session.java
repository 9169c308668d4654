package dev.galley.storage.database;

import dev.galley.identity.Caller;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Step;
import dev.galley.storage.error.DatabaseErrors;
import dev.galley.storage.error.StorageException;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What one request does in the database, each call one transaction of one statement: as its caller, under row level security, or as the
 * service role, for what the protocol itself decides. Called on a virtual thread; the transactions run on the request's event loop.
 */
public final class Session {
    private static final String SERVICE_ROLE = "service_role";

    private final RequestTransaction transactions;
    private final Context loop;
    private final CallerSettings settings;
    private final Optional<Caller> caller;
    private final Duration timeout;
    private volatile RequestTransaction.@Nullable Running running;
    private volatile boolean gone;

    public Session(
            RequestTransaction transactions,
            Context loop,
            CallerSettings settings,
            Optional<Caller> caller,
            Duration timeout) {
        this.transactions = transactions;
        this.loop = loop;
        this.settings = settings;
        this.caller = caller;
        this.timeout = timeout;
    }

    /** The client has gone: what only it would have learnt need not be found out. */
    public void clientGone() {
        gone = true;
        RequestTransaction.Running reading = running;
        if (reading != null) {
            reading.cancel();
        }
    }

    /** Reads as the caller. */
    public List<Row> read(Query query) {
        return run(role(), settings.of(caller), true, query);
    }

    /** Changes rows as the caller. */
    public List<Row> change(Query query) {
        return run(role(), settings.of(caller), false, query);
    }

    /** Reads what the protocol itself must know, whatever the caller may see. */
    public List<Row> readAsService(Query query) {
        return run(SERVICE_ROLE, settings.ofService(), true, query);
    }

    /** Changes what the caller has been found to have the right to. */
    public List<Row> changeAsService(Query query) {
        return run(SERVICE_ROLE, settings.ofService(), false, query);
    }

    private String role() {
        return caller.map(Caller::role).orElse("anon");
    }

    /** @throws StorageException when the database refuses or cannot answer */
    private List<Row> run(String role, List<LocalSetting> local, boolean readOnly, Query query) {
        Rows rows = new Rows();
        CompletableFuture<RequestTransaction.Outcome> done = new CompletableFuture<>();
        TransactionRequest request = new TransactionRequest(
                role, local, readOnly, readOnly, List.of(new Step(query.statement(), rows)), new Commit(), timeout);
        loop.runOnContext(_ -> start(request, readOnly, done));
        try {
            var _ = done.get();
            return rows.all();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof DatabaseException refused
                    ? DatabaseErrors.of(refused.failure()).thrown()
                    : new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        }
    }

    private void start(
            TransactionRequest request, boolean readOnly, CompletableFuture<RequestTransaction.Outcome> done) {
        RequestTransaction.Running now = transactions.run(request);
        if (readOnly) {
            running = now;
            if (gone) {
                now.cancel();
            }
        }
        now.outcome().onComplete(done::complete, done::completeExceptionally);
    }
}
