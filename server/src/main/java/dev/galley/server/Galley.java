package dev.galley.server;

import dev.galley.auth.AuthRoutes;
import dev.galley.auth.AuthService;
import dev.galley.graphql.Database;
import dev.galley.graphql.GraphqlService;
import dev.galley.http.EdgeServer;
import dev.galley.http.Service;
import dev.galley.identity.KeyAuthenticator;
import dev.galley.identity.ProjectKeys;
import dev.galley.identity.ProviderKeys;
import dev.galley.identity.TokenSigner;
import dev.galley.live.LiveRows;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.EmbeddedPostgres;
import dev.galley.postgres.ExternalPostgres;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Postgres;
import dev.galley.postgres.changes.LogicalChangeStream;
import dev.galley.postgres.idempotency.IdempotencySweep;
import dev.galley.postgres.wire.WireRequestTransaction;
import dev.galley.query.QueryPlanner;
import dev.galley.realtime.RealtimeService;
import dev.galley.rest.RestService;
import dev.galley.schema.LiveSchemaCache;
import dev.galley.settings.Layer;
import dev.galley.settings.SettingsException;
import dev.galley.storage.StorageService;
import dev.galley.storage.sign.SignedTokens;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The program put together, from the cellar up: PostgreSQL, the platform's objects in it, the schema model, the request
 * transaction, the services and the edge. What does not need the database is made while PostgreSQL starts.
 *
 * <p>Every part is in {@link OpenParts} as soon as it runs, so that a failure or a stop closes exactly what is there, from the top down.
 */
final class Galley {
    private static final System.Logger LOG = System.getLogger(Galley.class.getName());
    private static final long PATIENCE_SECONDS = 60;

    /** For the policies of tables whose changes are told. */
    private static final String LIVE_SEARCH_PATH = "\"public\", \"extensions\"";

    private final ProjectFolder folder;
    private final Function<Optional<Layer>, AllSettings> configuration;
    private final OpenParts parts;
    private final Progress progress;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private AllSettings settings;
    private volatile Consumer<AllSettings> reconfigured = _ -> {};
    private @Nullable DatabaseAddress database;

    private Galley(
            ProjectFolder folder,
            Function<Optional<Layer>, AllSettings> configuration,
            OpenParts parts,
            Progress progress) {
        this.folder = folder;
        this.configuration = configuration;
        this.settings = configuration.apply(Optional.empty());
        this.parts = parts;
        this.progress = progress;
    }

    /**
     * Starts everything and returns when requests are answered.
     *
     * @param configuration the settings, given what stands in the database; asked anew when a reload is wanted
     */
    static Galley start(
            ProjectFolder folder,
            Function<Optional<Layer>, AllSettings> configuration,
            OpenParts parts,
            Progress progress)
            throws IOException, SQLException {
        Galley galley = new Galley(folder, configuration, parts, progress);
        galley.start();
        return galley;
    }

    /** What an application and its developer need: addresses and keys, under the names that {@code status -o env} prints. */
    Map<String, String> variables() {
        return variables;
    }

    /** The database as the platform reaches it. */
    DatabaseAddress database() {
        return java.util.Objects.requireNonNull(database);
    }

    private void start() throws IOException, SQLException {
        NativeLibraries.prepare(folder.data().resolve("native"));
        EdgeServer.prepare();
        CompletableFuture<Vertx> loops = beside(this::eventLoops);
        CompletableFuture<ProjectKeys> loadedKeys = beside(
                () -> ProjectKeys.load(folder.keys(), settings.identity(), new SecureRandom(), Clock.systemUTC()));

        progress.step("starting PostgreSQL");
        Postgres postgres = parts.add("PostgreSQL", postgres());
        PlatformDatabase database = parts.add(
                "the platform's connections",
                PlatformDatabase.open(postgres.address(), settings.postgres().pool(), postgres.pooled()));
        postgres.onRestart(database::evict);
        this.database = postgres.address();
        settings = configuration.apply(settings.databaseConfig().read(database, Platform.requestLogin(postgres)));

        progress.step("bringing the platform's objects up to date");
        Platform platform = Platform.bring(database, settings);

        progress.step("reading the schema");
        LiveSchemaCache schemas = parts.add(
                "the schema model",
                new LiveSchemaCache(
                        database::dedicatedConnection,
                        settings.schema().scope(platform.roles()),
                        settings.schema(),
                        Clock.systemUTC(),
                        () -> reload(postgres, database)));
        schemas.start();

        if (postgres instanceof EmbeddedPostgres embedded) {
            progress.step("bringing the new data directory to disk");
            embedded.awaitOnDisk();
            if (platform.installed()) {
                DeveloperLogin.allow(embedded, database, settings);
            }
        }
        progress.step("opening the API");
        Vertx vertx = await(loops);
        ProjectKeys keys = await(loadedKeys);
        DatabaseAddress dataPath = platform.dataPathLogin(postgres);
        DataPathMetrics metrics = new DataPathMetrics();
        WireRequestTransaction transactions = requestTransaction(vertx, postgres, dataPath, metrics);
        KeyAuthenticator authenticator =
                new KeyAuthenticator(settings.identity(), keys, platform.installed(), Clock.systemUTC());
        ProviderKeys providerKeys = parts.add("the provider's keys", new ProviderKeys(authenticator));
        providerKeys.follow(settings.identity().jwksUrl());
        Optional<RestService> rest = rest(schemas, transactions);
        Optional<GraphqlService> graphql = graphql(schemas, transactions);
        reconfigured = now -> {
            schemas.rescope(now.schema().scope(platform.roles()));
            authenticator.reconfigure(now.identity(), keys);
            providerKeys.follow(now.identity().jwksUrl());
            rest.ifPresent(service -> service.reconfigure(now.rest(), new QueryPlanner(now.planner())));
            graphql.ifPresent(service -> service.reconfigure(now.graphql(), graphqlDatabase(now)));
        };
        List<Service> services = services(postgres, schemas, transactions, metrics, rest, graphql);
        providerKeys.awaitFirst();
        AtomicReference<String> address = new AtomicReference<>("");
        Optional<AuthService> auth = platform.installed() && settings.server().runs(ServerSettings.AUTH)
                ? Optional.of(auth(vertx, database, keys, authenticator, address::get))
                : Optional.empty();
        auth.ifPresent(services::add);
        if (platform.installed() && settings.server().runs(ServerSettings.REALTIME)) {
            services.add(realtime(vertx, database, transactions, authenticator));
        }
        if (platform.installed() && settings.server().runs(ServerSettings.STORAGE)) {
            services.add(storage(database, transactions, schemas, keys));
        }
        EdgeServer edge = await(EdgeServer.start(vertx, settings.http(), authenticator, services, Cli.version()));
        address.set(edge.url());
        parts.add("the API", () -> await(edge.stop()));
        if (platform.installed()) {
            IdempotencySweep sweep =
                    new IdempotencySweep(database, settings.rest().idempotency());
            parts.add("the sweep of idempotency keys", sweep);
            sweep.start();
        }
        describe(edge, postgres, keys);
        auth.flatMap(AuthService::mailboxUrl).ifPresent(url -> variables.put("MAILPIT_URL", url));
        platform.advise(database, settings.platform().exposedSchemas());
    }

    private Vertx eventLoops() {
        Vertx vertx = EventLoops.start(settings.http().listen());
        parts.add("the event loops", () -> await(vertx.close()));
        return vertx;
    }

    private Postgres postgres() {
        return settings.postgres()
                .url()
                .<Postgres>map(ExternalPostgres::connect)
                .orElseGet(() -> EmbeddedPostgres.start(folder.root(), settings.postgres()));
    }

    private WireRequestTransaction requestTransaction(
            Vertx vertx, Postgres postgres, DatabaseAddress address, DataPathMetrics metrics) {
        var transactions = new WireRequestTransaction(
                vertx,
                address,
                postgres.pooled() ? settings.wire().behindPooler() : settings.wire(),
                metrics,
                EventLoops.count(settings.http().listen()),
                RestService.usualSettings(settings.rest()));
        parts.add("the request connections", () -> await(transactions.close()));
        return transactions;
    }

    /** All services, or those that were asked for. */
    private List<Service> services(
            Postgres postgres,
            LiveSchemaCache schemas,
            WireRequestTransaction transactions,
            DataPathMetrics metrics,
            Optional<RestService> rest,
            Optional<GraphqlService> graphql) {
        List<Service> services = new ArrayList<>();
        services.add(new DatabaseService(
                postgres, schemas, Clock.systemUTC(), meters -> metrics.register(meters, transactions)));
        graphql.ifPresent(services::add); // before REST: it answers the call of one function
        rest.ifPresent(services::add);
        return services;
    }

    private Optional<RestService> rest(LiveSchemaCache schemas, WireRequestTransaction transactions) {
        return settings.server().runs(ServerSettings.REST)
                ? Optional.of(
                        new RestService(settings.rest(), new QueryPlanner(settings.planner()), transactions, schemas))
                : Optional.empty();
    }

    private Optional<GraphqlService> graphql(LiveSchemaCache schemas, WireRequestTransaction transactions) {
        return settings.server().runs(ServerSettings.GRAPHQL)
                ? Optional.of(new GraphqlService(
                        settings.graphql(),
                        graphqlDatabase(settings),
                        settings.rest().cost().around(transactions),
                        schemas))
                : Optional.empty();
    }

    private static Database graphqlDatabase(AllSettings settings) {
        return new Database(
                settings.rest().schemas(),
                settings.rest().extraSearchPath(),
                settings.rest().database().transactionSettings(),
                settings.planner().preRequest(),
                settings.rest().idempotency());
    }

    /** @param address of the API, known when it listens */
    private AuthService auth(
            Vertx vertx,
            PlatformDatabase database,
            ProjectKeys keys,
            KeyAuthenticator authenticator,
            Supplier<String> address) {
        return AuthRoutes.service(
                settings.auth(),
                new AuthRoutes.Foundation(
                        vertx,
                        database,
                        TokenSigner.of(keys, settings.auth().sessions().symmetric()),
                        authenticator,
                        address,
                        authenticator::publicJwks,
                        Cli.version(),
                        Clock.systemUTC(),
                        new SecureRandom()));
    }

    private RealtimeService realtime(
            Vertx vertx,
            PlatformDatabase database,
            WireRequestTransaction transactions,
            KeyAuthenticator authenticator) {
        LogicalChangeStream changes = parts.add(
                "the stream of changes", new LogicalChangeStream(database, settings.changes(), UUID.randomUUID()));
        LiveRows rows = new LiveRows(
                changes,
                database,
                transactions,
                vertx,
                EventLoops.count(settings.http().listen()),
                LIVE_SEARCH_PATH,
                settings.live());
        return new RealtimeService(
                settings.realtime(),
                vertx,
                settings.http().limits().socketMessage(),
                authenticator,
                transactions,
                database,
                changes,
                rows,
                Clock.systemUTC(),
                new SecureRandom());
    }

    private StorageService storage(
            PlatformDatabase database, WireRequestTransaction transactions, LiveSchemaCache schemas, ProjectKeys keys)
            throws IOException {
        TokenSigner secret = TokenSigner.of(keys, false);
        return new StorageService(
                settings.storage(),
                new StorageService.Foundation(
                        database,
                        transactions,
                        schemas,
                        new SignedTokens(
                                secret.derive("signed addresses of objects"),
                                Optional.of(keys.jwtSecret().getBytes(StandardCharsets.UTF_8)),
                                Clock.systemUTC()),
                        folder.storage(),
                        Clock.systemUTC()));
    }

    /** {@code NOTIFY pgrst, 'reload config'}: file and database are read anew. What is wrong there leaves everything as it is. */
    private void reload(Postgres postgres, PlatformDatabase database) {
        try {
            Optional<Layer> stored = settings.databaseConfig().read(database, Platform.requestLogin(postgres));
            reconfigured.accept(configuration.apply(stored));
            LOG.log(System.Logger.Level.INFO, "The configuration was reloaded");
        } catch (SettingsException | SQLException wrong) {
            LOG.log(System.Logger.Level.ERROR, "The configuration was not reloaded: {0}", wrong.getMessage());
        }
    }

    private void describe(EdgeServer edge, Postgres postgres, ProjectKeys keys) {
        variables.put("API_URL", edge.url());
        variables.put("REST_URL", edge.url() + "/rest/v1");
        variables.put("GRAPHQL_URL", edge.url() + "/graphql/v1");
        variables.put("AUTH_URL", edge.url() + "/auth/v1");
        variables.put("REALTIME_URL", edge.url() + "/realtime/v1");
        variables.put("STORAGE_URL", edge.url() + "/storage/v1");
        DeveloperLogin.of(postgres, settings).ifPresent(login -> variables.put("DB_URL", login.url()));
        if (postgres instanceof EmbeddedPostgres embedded) {
            variables.put("DATA_DIR", embedded.dataDirectory().toString());
        }
        if (postgres.address().endpoint() instanceof DatabaseAddress.UnixSocket socket) {
            variables.put("DB_SOCKET_DIR", socket.directory().toString());
            variables.put("DB_SOCKET_PORT", Integer.toString(socket.port()));
        }
        variables.put("PUBLISHABLE_KEY", keys.publishableKeys().getFirst());
        variables.put("SECRET_KEY", keys.secretKeys().getFirst());
        variables.put("ANON_KEY", keys.anonKey());
        variables.put("SERVICE_ROLE_KEY", keys.serviceRoleKey());
        variables.put("JWT_SECRET", keys.jwtSecret());
    }

    /** Work that needs nobody else, on a thread of its own. */
    private static <T> CompletableFuture<T> beside(Supplier<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofVirtual().name("start").start(() -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException | Error failure) {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    private static <T> T await(Future<T> future) {
        return await(future.toCompletionStage().toCompletableFuture());
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new Failure(String.valueOf(
                    failed.getCause() == null ? failed : failed.getCause().getMessage()));
        } catch (TimeoutException late) {
            throw new Failure("a part of the program has not started or stopped within " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted");
        }
    }
}
