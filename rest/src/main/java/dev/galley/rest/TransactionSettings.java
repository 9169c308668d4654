package dev.galley.rest;

import dev.galley.http.RequestTexts;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.schema.Identifiers;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.SchemaModel.RoleSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the database is told about a request, as settings of its transaction. Search paths are made once. */
final class TransactionSettings {
    private static final LocalSetting NO_COOKIES = new LocalSetting("request.cookies", "{}");

    private final Map<String, LocalSetting> searchPaths;
    private final List<LocalSetting> app;
    private final Set<String> hoisted;

    TransactionSettings(RestSettings settings) {
        app = settings.database().transactionSettings().entrySet().stream()
                .map(entry -> new LocalSetting(entry.getKey(), entry.getValue()))
                .toList();
        hoisted = settings.database().hoisted();
        searchPaths = settings.schemas().stream()
                .distinct()
                .collect(Collectors.toUnmodifiableMap(
                        schema -> schema, schema -> searchPath(schema, settings.extraSearchPath())));
    }

    private static LocalSetting searchPath(String schema, List<String> extra) {
        return new LocalSetting(
                "search_path",
                Stream.concat(Stream.of(schema), extra.stream())
                        .map(Identifiers::quote)
                        .collect(Collectors.joining(", ")));
    }

    /** What most requests ask for: a GET without cookies on the first of the exposed schemas. */
    static Map<String, String> usual(RestSettings settings) {
        LocalSetting path = searchPath(settings.schemas().getFirst(), settings.extraSearchPath());
        return Map.of(path.name(), path.value(), NO_COOKIES.name(), NO_COOKIES.value(), "request.method", "GET");
    }

    List<LocalSetting> of(RestRequest request, SchemaModel schema, Optional<Routine> called) {
        List<LocalSetting> settings = new ArrayList<>(10);
        LocalSetting path = searchPaths.get(request.target().schema());
        settings.add(path == null ? searchPath(request.target().schema(), List.of()) : path);
        for (RoleSetting each : schema.settingsOf(request.role())) {
            settings.add(new LocalSetting(each.name(), each.value()));
        }
        settings.addAll(app);
        settings.add(new LocalSetting("request.jwt.claims", request.caller().claims()));
        settings.add(new LocalSetting("request.method", request.method()));
        settings.add(new LocalSetting("request.path", request.path()));
        settings.add(new LocalSetting("request.headers", RequestTexts.headers(request.headers())));
        settings.add(new LocalSetting("request.cookies", RequestTexts.cookies(request.headers())));
        request.preferences().timezone().ifPresent(zone -> settings.add(new LocalSetting("timezone", zone)));
        called.ifPresent(routine -> routine.settings().forEach((name, value) -> {
            if (hoisted.contains(name)) settings.add(new LocalSetting(name, value));
        }));
        return settings;
    }
}
