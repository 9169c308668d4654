package dev.galley.rest;

import dev.galley.rest.OpenApiView.Table;
import dev.galley.rest.OpenApiWriter.Comment;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The description of the service, for one reader and one schema, in Swagger 2.0: the version that PostgREST speaks and that
 * generators of clients for it read.
 */
final class OpenApiDocument {
    /** What functions answer. */
    static final List<String> ROWS = List.of(MediaTypes.JSON, MediaTypes.OBJECT + ";nulls=stripped", MediaTypes.OBJECT);

    private static final List<String> TABLES =
            Stream.concat(ROWS.stream(), Stream.of(MediaTypes.CSV)).toList();
    private static final String SECURITY = "JWT";
    private static final String MANUAL = "https://postgrest.org/en/v16/references/api.html";

    private final OpenApiSettings settings;
    private final OpenApiView view;
    private final TxSettings transactions;
    private final List<String> searchPath;

    OpenApiDocument(RestSettings settings, OpenApiView view) {
        this.settings = settings.openApi();
        this.view = view;
        this.transactions = settings.transactions();
        this.searchPath = Stream.concat(Stream.of(view.schema()), settings.extraSearchPath().stream())
                .toList();
    }

    void write(OutputStream out) {
        try (OpenApiWriter json = new OpenApiWriter(out)) {
            json.object(() -> members(json));
        }
    }

    private void members(OpenApiWriter json) {
        List<Table> tables = view.tables();
        OpenApiTables aboutTables = new OpenApiTables(json);
        OpenApiRoutines aboutRoutines = new OpenApiRoutines(json, searchPath);
        json.text("swagger", "2.0");
        json.object("info", () -> info(json));
        server(json);
        json.texts("consumes", TABLES);
        json.texts("produces", TABLES);
        json.object("paths", () -> {
            json.object("/", () -> json.object("get", () -> root(json)));
            tables.forEach(aboutTables::path);
            if (transactions.on() && !view.hasRelation(transactions.path())) {
                OpenApiTransactions.path(json, transactions);
            }
            view.routines().forEach(aboutRoutines::path);
        });
        json.object("definitions", () -> tables.forEach(aboutTables::definition));
        json.object("parameters", () -> {
            OpenApiParameters.write(json);
            tables.forEach(aboutTables::parameters);
        });
        if (settings.securityActive()) security(json);
        json.object("externalDocs", () -> {
            json.text("description", "PostgREST Documentation");
            json.text("url", MANUAL);
        });
    }

    private void info(OpenApiWriter json) {
        Comment comment = view.comment().map(Comment::of).orElse(new Comment(Optional.empty(), Optional.empty()));
        String version = OpenApiDocument.class.getPackage().getImplementationVersion();
        json.text("title", comment.title().orElse("Galley API"));
        json.text("description", comment.rest().orElse("This is a dynamic API generated from the database schema"));
        json.text("version", Optional.ofNullable(version).orElse("unreleased"));
    }

    /** Without a host a reader takes the one that the description came from. */
    private void server(OpenApiWriter json) {
        json.text("basePath", settings.server().map(ServerUri::path).orElse(RestService.PREFIX));
        settings.server().ifPresent(server -> {
            json.text("host", server.host() + ":" + server.port());
            json.texts("schemes", List.of(server.scheme()));
        });
    }

    private static void root(OpenApiWriter json) {
        json.texts("tags", List.of("Introspection"));
        json.text("summary", "OpenAPI description (this document)");
        json.texts("produces", List.of(MediaTypes.OPENAPI, MediaTypes.JSON));
        json.object("responses", () -> json.object("200", () -> json.text("description", "OK")));
    }

    private static void security(OpenApiWriter json) {
        json.object(
                "securityDefinitions",
                () -> json.object(SECURITY, () -> {
                    json.text("type", "apiKey");
                    json.text("name", "Authorization");
                    json.text("in", "header");
                    json.text("description", "Add the token prepending \"Bearer \" (without quotes) to it");
                }));
        json.array("security", () -> json.object(() -> json.texts(SECURITY, List.of())));
    }
}
