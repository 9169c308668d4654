package dev.galley.realtime;

import dev.galley.identity.Caller;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Step;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asks the policies on {@code realtime.messages} what a caller may do in a private channel. Reading: rows for the channel are
 * inserted as the service, and the caller sees them or not; writing: the caller inserts one. Both are rolled back, so nothing is
 * ever sent by asking. Each event loop has its own, to be used on it only.
 */
final class Authorization {
    private static final System.Logger LOG = System.getLogger(Authorization.class.getName());
    private static final String SERVICE_ROLE = "service_role";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String QUERY_CANCELED = "57014";
    private static final String CHECK_VIOLATION = "23514";

    private static final String PROBE =
            "insert into realtime.messages (id, topic, extension)" + " values ($1::text::uuid, $2::text, $3::text)";
    private static final String SEEN = "select id from realtime.messages"
            + " where id = any ($1::text::uuid[]) and inserted_at = (now() at time zone 'utc')";
    private static final String WRITE = "insert into realtime.messages (topic, extension) values ($1::text, $2::text)";

    private final RequestTransaction transactions;
    private final Duration timeout;
    private final ContextInternal context;

    /** What the policies are about besides rows that are sent. */
    enum Extension {
        BROADCAST("broadcast"),
        PRESENCE("presence");

        private final String name;

        Extension(String name) {
            this.name = name;
        }
    }

    /**
     * Who asks for what.
     *
     * @param headers of the request that opened the socket, as a JSON object
     */
    record Subject(Caller caller, String topic, String headers) {
        List<LocalSetting> settings() {
            return List.of(
                    new LocalSetting("search_path", "public, extensions"),
                    new LocalSetting("realtime.topic", topic),
                    new LocalSetting("request.jwt.claims", caller.claims()),
                    new LocalSetting("request.jwt.claim.sub", caller.subject().orElse("")),
                    new LocalSetting("request.jwt.claim.role", caller.role()),
                    new LocalSetting("request.headers", headers));
        }
    }

    /** @param presence empty when it was not asked for */
    record MayRead(boolean broadcast, Optional<Boolean> presence) {
        boolean any() {
            return broadcast || presence.orElse(false);
        }
    }

    /** @param context of the event loop */
    Authorization(RequestTransaction transactions, Duration timeout, ContextInternal context) {
        this.transactions = transactions;
        this.timeout = timeout;
        this.context = context;
    }

    /** Fails with a {@link Refused.RefusedException}. */
    Future<MayRead> read(Subject subject, boolean presence) {
        List<Extension> asked =
                presence ? List.of(Extension.BROADCAST, Extension.PRESENCE) : List.of(Extension.BROADCAST);
        List<Step> steps = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (Extension extension : asked) {
            String id = UUID.randomUUID().toString();
            ids.add(id);
            steps.add(new Step(statement(PROBE, id, subject.topic(), extension.name), RowHandler.NONE));
        }
        TextRows seen = new TextRows();
        steps.add(new Step(
                statement(SEEN, "{" + String.join(",", ids) + "}"),
                seen,
                subject.settings(),
                false,
                Optional.of(subject.caller().role())));
        return run(SERVICE_ROLE, List.of(new LocalSetting("search_path", "public")), steps, subject)
                .map(_ -> new MayRead(
                        seen.contains(ids.getFirst()),
                        presence ? Optional.of(seen.contains(ids.get(1))) : Optional.empty()));
    }

    /** Whether the caller may send. Fails with a {@link Refused.RefusedException} when that is not known. */
    Future<Boolean> write(Subject subject, Extension extension) {
        List<Step> steps = List.of(new Step(statement(WRITE, subject.topic(), extension.name), RowHandler.NONE));
        return transaction(subject.caller().role(), subject.settings(), steps)
                .map(true)
                .recover(failure -> failure instanceof DatabaseException refused
                                && refused.failure() instanceof DatabaseFailure.Refused answer
                                && answer.sqlState().equals(INSUFFICIENT_PRIVILEGE)
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(explained(failure, subject.topic())));
    }

    /** Runs statements as the caller in the channel, and undoes what they have changed. */
    Future<Void> asCaller(Subject subject, Statement statement, RowHandler rows) {
        return run(subject.caller().role(), subject.settings(), List.of(new Step(statement, rows)), subject);
    }

    private Future<Void> run(String role, List<LocalSetting> settings, List<Step> steps, Subject subject) {
        return transaction(role, settings, steps)
                .recover(failure -> Future.failedFuture(explained(failure, subject.topic())));
    }

    private Future<Void> transaction(String role, List<LocalSetting> settings, List<Step> steps) {
        Promise<Void> done = context.promise();
        // What a socket says does not come by way of Vert.x, so its context is not set.
        context.dispatch(_ -> transactions
                .run(new TransactionRequest(
                        role, settings, false, false, steps, new TransactionRequest.Rollback(), timeout))
                .outcome()
                .<Void>mapEmpty()
                .onComplete(done));
        return done.future();
    }

    static Statement statement(String sql, String... parameters) {
        List<byte @Nullable []> values = new ArrayList<>();
        for (String parameter : parameters) {
            values.add(parameter.getBytes(StandardCharsets.UTF_8));
        }
        return new Statement(sql, values);
    }

    private static RuntimeException explained(Throwable failure, String topic) {
        if (!(failure instanceof DatabaseException database)) {
            LOG.log(Level.ERROR, "the policies of a channel could not be asked", failure);
            return Refused.UNKNOWN.thrown();
        }
        Refused why = switch (database.failure()) {
            case DatabaseFailure.Refused refused -> explained(refused, topic);
            case DatabaseFailure.Busy(var _), DatabaseFailure.RoleBusy(var _) ->
                new Refused("IncreaseConnectionPool", "Please increase your connection pool size");
            case DatabaseFailure.TimedOut(var _), DatabaseFailure.Cancelled() ->
                new Refused("QueryCanceled", "The policies took too long to answer");
            case DatabaseFailure.Unavailable(var _, var _),
                    DatabaseFailure.OutcomeUnknown(var _),
                    DatabaseFailure.RowTooLong(var _) ->
                new Refused("UnableToConnectToProject", "Realtime was unable to connect to the project database");
        };
        return why.thrown();
    }

    private static Refused explained(DatabaseFailure.Refused refused, String topic) {
        LOG.log(Level.WARNING, "asking the policies on realtime.messages failed with {0}", refused.sqlState());
        return switch (refused.sqlState()) {
            case QUERY_CANCELED -> new Refused("QueryCanceled", "The policies took too long to answer");
            case CHECK_VIOLATION ->
                new Refused("MissingPartition", "Realtime was unable to find the expected messages partition");
            // A policy that fails lets nobody in.
            default -> Refused.unauthorized(topic);
        };
    }
}
