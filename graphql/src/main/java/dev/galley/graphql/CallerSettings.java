package dev.galley.graphql;

import dev.galley.http.RequestTexts;
import dev.galley.identity.Caller;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.schema.Identifiers;
import dev.galley.schema.SchemaModel;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the database is told about a request, as settings of its transaction. */
final class CallerSettings {
    private final LocalSetting searchPath;

    private final List<LocalSetting> app;

    CallerSettings(Database database) {
        app = database.settings().entrySet().stream()
                .map(each -> new LocalSetting(each.getKey(), each.getValue()))
                .toList();
        searchPath = new LocalSetting(
                "search_path",
                Stream.concat(database.schemas().stream().limit(1), database.extraSearchPath().stream())
                        .map(Identifiers::quote)
                        .collect(Collectors.joining(", ")));
    }

    List<LocalSetting> of(HttpServerRequest request, Caller caller, SchemaModel model) {
        List<LocalSetting> settings = new ArrayList<>(10);
        settings.add(searchPath);
        model.settingsOf(caller.role()).forEach(each -> settings.add(new LocalSetting(each.name(), each.value())));
        settings.addAll(app);
        settings.add(new LocalSetting("request.jwt.claims", caller.claims()));
        settings.add(new LocalSetting("request.method", request.method().name()));
        settings.add(new LocalSetting("request.path", GraphqlService.PATH));
        settings.add(new LocalSetting("request.headers", RequestTexts.headers(request.headers())));
        settings.add(new LocalSetting("request.cookies", RequestTexts.cookies(request.headers())));
        return settings;
    }
}
