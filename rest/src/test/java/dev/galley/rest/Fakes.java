package dev.galley.rest;

import dev.galley.identity.Caller;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.query.Bindings;
import dev.galley.query.Execution;
import dev.galley.query.Inspection;
import dev.galley.query.Plan;
import dev.galley.query.Planner;
import dev.galley.query.PlannerSettings;
import dev.galley.query.Query;
import dev.galley.query.QueryPlanner;
import dev.galley.query.Representation;
import dev.galley.schema.Column;
import dev.galley.schema.MediaHandlers;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import dev.galley.settings.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A planner and a database that answer what a test told them, and remember what they were asked. */
final class Fakes implements Planner, RequestTransaction {
    static final Type TEXT = new Type(
            25,
            new QualifiedName("pg_catalog", "text"),
            Type.Kind.BASE,
            "text",
            Optional.empty(),
            List.of(),
            List.of(),
            false);

    volatile String body = "[]";
    volatile long rows;
    volatile OptionalLong total = OptionalLong.empty();
    volatile OptionalLong inserted = OptionalLong.empty();
    volatile List<Execution.KeyColumn> key = List.of();
    volatile Optional<String> headers = Optional.empty();
    volatile Optional<String> status = Optional.empty();
    volatile Optional<DatabaseFailure> failure = Optional.empty();

    final List<Query> queries = new CopyOnWriteArrayList<>();
    final List<Bindings> bindings = new CopyOnWriteArrayList<>();
    final List<Representation> formats = new CopyOnWriteArrayList<>();
    final List<TransactionRequest> requests = new CopyOnWriteArrayList<>();
    final List<Boolean> committed = new CopyOnWriteArrayList<>();
    final List<ByteBuf> buffers = new CopyOnWriteArrayList<>();

    Query query() {
        return queries.getLast();
    }

    TransactionRequest request() {
        return requests.getLast();
    }

    Optional<String> setting(String name) {
        return request().settings().stream()
                .filter(setting -> setting.name().equals(name))
                .map(TransactionRequest.LocalSetting::value)
                .findFirst();
    }

    @Override
    public Plan plan(Query query, SchemaModel schema) {
        queries.add(query);
        return new Plan() {
            @Override
            public boolean readOnly() {
                return false;
            }

            @Override
            public boolean bounded(Bindings values) {
                return true;
            }

            @Override
            public String sql() {
                return "";
            }

            @Override
            public Execution start(Bindings values, Representation format, int maxBytes, int reserved) {
                bindings.add(values);
                formats.add(format);
                return new FakeExecution();
            }
        };
    }

    @Override
    public Inspection inspect(String schema, Inspection.Extent extent) {
        return new QueryPlanner(PlannerSettings.from(new Settings())).inspect(schema, extent);
    }

    @Override
    public Running run(TransactionRequest request) {
        requests.add(request);
        boolean keeps = switch (request.ending()) {
            case TransactionRequest.Commit commit -> true;
            case TransactionRequest.Rollback rollback -> false;
            case TransactionRequest.Decide decide -> decide.keep().getAsBoolean();
            case TransactionRequest.Continue more ->
                more.next().apply(new Outcome(List.of(), false)).ending() instanceof TransactionRequest.Commit;
        };
        committed.add(keeps);
        return new Running() {
            @Override
            public Future<Outcome> outcome() {
                return failure.<Future<Outcome>>map(why -> Future.failedFuture(new DatabaseException(why)))
                        .orElseGet(() -> Future.succeededFuture(new Outcome(List.of(rows), keeps)));
            }

            @Override
            public void cancel() {}
        };
    }

    private final class FakeExecution implements Execution {
        private final ByteBuf buffer = Unpooled.buffer();

        FakeExecution() {
            buffer.writeCharSequence(body, StandardCharsets.UTF_8);
            buffers.add(buffer);
        }

        @Override
        public List<TransactionRequest.Step> steps() {
            return List.of(new TransactionRequest.Step(new Statement("", List.of()), row -> {}));
        }

        @Override
        public long rows() {
            return rows;
        }

        @Override
        public int preparing() {
            return 0;
        }

        @Override
        public ByteBuf printed() {
            return buffer;
        }

        @Override
        public OptionalLong inserted() {
            return inserted;
        }

        @Override
        public Result result(Outcome outcome) {
            return new Result(buffer, rows, total, key, inserted, headers, status);
        }

        @Override
        public void discard() {
            buffer.release();
        }
    }

    static Caller caller(boolean authenticated) {
        String role = authenticated ? "authenticated" : "anon";
        return new Caller(role, "{\"role\":\"" + role + "\"}", Optional.empty(), authenticated);
    }

    static Relation items() {
        return relation("items", Set.of("anon", "authenticated"));
    }

    /** Tables {@code public.items} and {@code public.notes}: an item has notes and further items. */
    static SchemaModel related() {
        Relation items = items();
        Relation notes = relation("notes", Set.of("anon"));
        List<Relationship.Pair> ids = List.of(new Relationship.Pair("id", "id"));
        return new SchemaModel(
                1,
                180000,
                Map.of(items.name(), items, notes.name(), notes),
                Map.of(
                        items.name(),
                        List.of(
                                new Relationship.Direct(items.name(), notes.name(), "notes_fk", ids, false, false),
                                new Relationship.Direct(items.name(), items.name(), "items_fk", ids, false, false))),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                MediaHandlers.NONE);
    }

    /** Tables {@code public.items} (key {@code id}) and {@code public.secrets} (no role may see it), and a few functions. */
    static SchemaModel schema() {
        Relation items = items();
        Relation secrets = relation("item_secrets", Set.of("postgres"));
        Map<QualifiedName, List<Routine>> routines = new LinkedHashMap<>();
        for (Routine routine : List.of(
                routine("add", Routine.Volatility.IMMUTABLE, false, false, "a", "b"),
                routine("list", Routine.Volatility.STABLE, true, false),
                routine("work", Routine.Volatility.VOLATILE, false, true, "what"))) {
            routines.put(routine.name(), List.of(routine));
        }
        return new SchemaModel(
                1,
                180000,
                Map.of(items.name(), items, secrets.name(), secrets),
                Map.of(),
                Map.of(),
                routines,
                Map.of("authenticated", List.of(new SchemaModel.RoleSetting("statement_timeout", "8s"))),
                Map.of(),
                MediaHandlers.NONE);
    }

    private static Relation relation(String name, Set<String> selectableBy) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (String column : List.of("id", "name")) {
            columns.put(
                    column,
                    new Column(
                            column,
                            columns.size() + 1,
                            TEXT,
                            "text",
                            true,
                            Optional.empty(),
                            true,
                            Optional.empty(),
                            Optional.empty()));
        }
        return new Relation(
                new QualifiedName("public", name),
                Relation.Kind.TABLE,
                columns,
                List.of("id"),
                List.of(),
                true,
                true,
                true,
                true,
                selectableBy,
                Set.of(),
                Optional.empty());
    }

    private static Routine routine(
            String name, Routine.Volatility volatility, boolean set, boolean isVoid, String... parameters) {
        return new Routine(
                new QualifiedName("public", name),
                List.of(parameters).stream()
                        .map(each -> new Routine.Parameter(each, TEXT, "text", true, false))
                        .toList(),
                new Routine.Returns(TEXT, set, isVoid, Optional.empty(), List.of()),
                volatility,
                false,
                Map.of(),
                Set.of("anon", "authenticated"),
                Optional.empty());
    }
}
